/**
 * Compares candidates on a noisy machine: all are started, but only one runs at a time, in short alternating turns.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';

/** A set of processes, and how to measure them while those of the other candidates are stopped. */
export interface Candidate<T> {
  pids: number[];
  measure: (seconds: number) => Promise<T>;
}

/** Short, so that a slow minute affects all candidates, and no connection reaches Node.js' idle timeout of 5 s. */
const TURN_S = 1.5;
const SETTLE_MS = 500;

/**
 * Measures each candidate for a total of `seconds` and resolves to its results, one per turn.
 * All candidates must be running, and are running again afterwards, even if a measurement fails.
 */
export async function interleave<T>(candidates: Candidate<T>[], seconds: number): Promise<T[][]> {
  const results = candidates.map((): T[] => []);
  try {
    for (const { pids } of candidates) signal(pids, 'SIGSTOP');
    for (let turn = 0; turn < seconds / TURN_S; turn++) {
      for (const [index, { pids, measure }] of candidates.entries()) {
        signal(pids, 'SIGCONT');
        await sleep(SETTLE_MS);
        results[index]?.push(await measure(TURN_S));
        signal(pids, 'SIGSTOP');
      }
    }
  } finally {
    resume(candidates.flatMap(({ pids }) => pids));
  }
  return results;
}

/** Returns the median of the ratios per turn. Whatever slows down both candidates in the same turn cancels out. */
export function medianRatio(values: number[], others: number[]): number {
  return median(values.map((value, turn) => value / (others[turn] ?? NaN)));
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, name);
}

/** Resumes processes; those that have exited are skipped. */
function resume(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
    }
  }
}
