/**
 * What becomes of a job whose loop failed.
 * @module
 */
import { BusyError, UpstreamError } from './upstream/errors.ts';

export interface Verdict {
  /** `hand back`: to the front of the queue, without using up an attempt; `retry`: uses one up; `fail`: for good. */
  job: 'hand back' | 'retry' | 'fail';
  /** How long this miner takes no jobs (ms). */
  restMs: number;
}

/**
 * If a replica refused, this miner takes no jobs for as long as it asks; the others find out by themselves. If no response came
 * in time, the next run waits in line anyway, and a pause would leave rng idle.
 */
export function verdictOn(err: unknown): Verdict {
  if (err instanceof BusyError) {
    return { job: 'hand back', restMs: err.timedOut ? 0 : err.retryAfterMs };
  }
  const isHopeless = err instanceof UpstreamError && !err.retryable;
  return { job: isHopeless ? 'fail' : 'retry', restMs: 0 };
}
