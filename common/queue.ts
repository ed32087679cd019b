/**
 * The queue, for adding jobs and for reading its state.
 * @module
 */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QUEUE_NAME, type LoopData, type LoopResult } from './contract.ts';
import type { Logger } from './service/log.ts';
import { isAway } from './redis.ts';
import { WarnOnce } from './service/warn-once.ts';

export type LoopQueue = Queue<LoopData, LoopResult>;

/**
 * A worker obeys `queue.rateLimit(ms)` only if it has a limiter of its own. This one never limits by itself: no queue
 * on one Redis does a billion jobs a second.
 */
export const RATE_LIMITER = { max: 1_000_000_000, duration: 1000 };

/**
 * Opens the queue of loops over a connection of the caller, who closes both.
 *
 * Every job has five attempts. The delays between them grow from half a second to four; half of each is jitter, so that
 * jobs that failed together do not come back together. Only the newest finished jobs are kept, so Redis does not fill up.
 */
export function openQueue(redis: Redis, log: Logger): LoopQueue {
  const queue: LoopQueue = new Queue(QUEUE_NAME, {
    connection: redis,
    defaultJobOptions: {
      attempts: 5,
      backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
      removeOnComplete: { count: 1000 },
      removeOnFail: { count: 1000, age: 24 * 3600 },
    },
  });
  const warnings = new WarnOnce(log, 'queue');
  queue.on('error', (err) => {
    if (!isAway(redis, err)) warnings.warn(err); // otherwise the connection logs it
  });
  return queue;
}
