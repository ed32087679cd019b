/**
 * CPU time and memory of processes, from /proc (Linux).
 * @module
 */
import { readFile } from 'node:fs/promises';

/** Unit of CPU time in /proc: sysconf(_SC_CLK_TCK) is 100 on Linux. */
const TICKS_PER_SECOND = 100;

/** Returns the user and system time of a process in seconds: fields 14 and 15 of /proc/<pid>/stat (proc(5)). */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Returns the resident memory of a process in MiB. */
export async function residentMebibytes(pid: number): Promise<number> {
  return residentIn(await readFile(`/proc/${pid}/status`, 'utf8'));
}

/** Returns VmRSS in MiB from the text of /proc/<pid>/status. */
export function residentIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024; // its kB are KiB
}
