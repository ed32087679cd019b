/**
 * The queue as those who add to it and look at it open it.
 * @module
 */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QUEUE_NAME, type LoopResult } from './contract.ts';
import type { Logger } from './log.ts';

export type LoopQueue = Queue<Record<string, never>, LoopResult>;

/**
 * Opens the queue of loops over a connection of the caller's, who closes both.
 *
 * Every job may fail four times (the waits before the next try grow from half a second to four, and
 * half of each is chance, so that jobs that failed together do not come back together). Finished
 * jobs are kept in small numbers only: Redis never fills up.
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
  queue.on('error', (err) => log.debug({ err }, 'queue'));
  return queue;
}
