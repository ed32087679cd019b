import type { Point } from '../../frame/frame.ts';
import { formatCount, formatSpeed } from '../ui/format.ts';

/**
 * Returns what the plot shows of one second: time, speed, replicas. Without a point, the dashboard did not run.
 * @param unit of the speed: "hashes/s", or "hashes per second" for screen readers
 */
export function readout(at: number, point: Point | undefined, unit: string): string[] {
  if (point === undefined) return [formatTime(at), 'no data'];
  const { speed, miners, rng } = point;
  const areUnknown = miners === 0 && speed; // they mine, but do not report
  const isUnused = miners === 0 && !areUnknown;
  return [
    formatTime(at),
    `${formatSpeed(speed)} ${unit}`,
    areUnknown ? 'miners –' : formatCount(miners, 'miner'),
    rng === null ? (isUnused ? 'rng not in use' : 'rng –') : formatCount(rng, 'rng'),
  ];
}

/** Returns true for seconds since the start of a simulation. Those since 1970 are many more. */
export const isSimulated = (at: number): boolean => at < 1e8;

/** Returns a local time of day, "14:02:03", or the simulated time since the start, "02:05". */
export function formatTime(at: number): string {
  const date = new Date(at * 1000);
  if (isSimulated(at)) return date.toISOString().slice(at < 3600 ? 14 : 11, 19);
  return date.toLocaleTimeString(undefined, { hourCycle: 'h23' });
}
