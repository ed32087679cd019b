/**
 * The BullMQ queue: how it is opened and how its jobs are retried and removed.
 * @module
 */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QUEUE_NAME, type LoopData, type LoopResult } from './contract.ts';
import type { Logger } from './service/log.ts';
import { isUnreachable } from './redis.ts';
import { WarnOnce } from './service/warn-once.ts';

export type LoopQueue = Queue<LoopData, LoopResult>;

/**
 * Limiter for workers. BullMQ workers respect `queue.rateLimit(ms)` only if they have a limiter themselves.
 * This one never takes effect on its own: Redis cannot handle a billion jobs a second.
 */
export const RATE_LIMITER = { max: 1_000_000_000, duration: 1000 };

/**
 * Opens the queue on an existing connection. The caller closes both.
 *
 * Each job has five attempts. The delay before a retry doubles from 0.5 s to 4 s. Half of it is random jitter, so
 * that jobs that failed together are not retried together. Only the latest finished jobs are kept, so that Redis
 * does not fill up.
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
    if (!isUnreachable(redis, err)) warnings.warn(err); // the connection logs the rest
  });
  return queue;
}
