/**
 * Comparing on a noisy machine: all run, but only one at a time, for a second or two each.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';

/** Some processes, and what to measure while they run and the others' do not. */
export interface Contestant<T> {
  pids: number[];
  measure: (seconds: number) => Promise<T>;
}

/** Short, so that a slow minute of the machine is one for all; and so that no connection is idle for Node.js' five seconds. */
const TURN_S = 1.5;
const SETTLE_MS = 500;

/** What was measured of each contestant, in `seconds` of turns of each. All of them run before and after. */
export async function byTurns<T>(contestants: Contestant<T>[], seconds: number): Promise<T[][]> {
  const results = contestants.map((): T[] => []);
  try {
    for (const { pids } of contestants) signal(pids, 'SIGSTOP');
    for (let turn = 0; turn < seconds / TURN_S; turn++) {
      for (const [index, { pids, measure }] of contestants.entries()) {
        signal(pids, 'SIGCONT');
        await sleep(SETTLE_MS);
        results[index]?.push(await measure(TURN_S));
        signal(pids, 'SIGSTOP');
      }
    }
  } finally {
    resume(contestants.flatMap(({ pids }) => pids));
  }
  return results;
}

/** Returns the median of the ratios turn by turn. Whatever slows both contestants in the same turn cancels out. */
export function medianRatio(values: number[], others: number[]): number {
  return median(values.map((value, turn) => value / (others[turn] ?? NaN)));
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, name);
}

/** Lets run those that are still there: one that has ended keeps no other from it. */
function resume(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
    }
  }
}
