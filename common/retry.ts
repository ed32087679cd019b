/**
 * How often a loop is tried, and how long a retry waits.
 * @module
 */
import type { Random } from './random.ts';

/** Each job has this many attempts. */
export const ATTEMPTS = 5;

/**
 * The delay before a retry doubles from 0.5 s to 4 s. Half of it is random jitter, so that jobs that failed together are not
 * retried together. As BullMQ's job option.
 */
export const BACKOFF = { type: 'exponential', delay: 500, jitter: 0.5 };

/**
 * Returns how long BullMQ delays a retry (ms). Miners leave that to BullMQ, so that jobs need nothing but its own options; a
 * test compares the two.
 * @param attempts how often the job was tried, from 1
 */
export function retryDelayMs(attempts: number, random: Random): number {
  const { delay, jitter } = BACKOFF;
  const longest = delay * 2 ** (attempts - 1);
  return Math.floor(random() * longest * jitter + longest * (1 - jitter));
}
