/**
 * What processes use, as the kernel tells it (Linux).
 * @module
 */
import { readFile } from 'node:fs/promises';

/** The kernel counts processor time in hundredths of a second (sysconf(_SC_CLK_TCK) on Linux). */
const TICKS_PER_SECOND = 100;

/** User and system time of a process in seconds, fields 14 and 15 of /proc/<pid>/stat (proc(5)). */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process in megabytes (10^6 bytes). */
export async function residentMegabytes(pid: number): Promise<number> {
  return residentIn(await readFile(`/proc/${pid}/status`, 'utf8'));
}

/** VmRSS, in megabytes (10^6 bytes), in the text of a /proc/<pid>/status. */
export function residentIn(status: string): number {
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}
