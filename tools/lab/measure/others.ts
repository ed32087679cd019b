/**
 * Other programs that keep the machine busy while the lab measures.
 * @module
 */
import type { CpuView } from '../../../dashboard/frame/frame.ts';

/** Below this share of all processors, they hardly matter. */
const MUCH = 0.25;

/** Returns a note if other programs use much of the machine's processors, so that the stack may be slower than predicted. */
export function noteOthers(cpu: CpuView | undefined): string[] {
  if (cpu?.machine == null) return [];
  const ours = cpu.services.reduce((sum, { total }) => sum + total, 0);
  const others = cpu.machine - ours / cpu.cores;
  if (others < MUCH) return [];
  const percent = Math.round(100 * others);
  return [
    `Other programs used ${percent}% of this machine's processors, which makes the stack slower.`,
  ];
}
