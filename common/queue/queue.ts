/**
 * The BullMQ queue: how it is opened and how its jobs are retried and removed.
 * @module
 */
import { Queue } from 'bullmq';
import { silenceEvictionWarning } from './eviction-warning.ts';
import { QUEUE_NAME, type LoopData, type LoopResult } from '../contract.ts';
import type { Logger } from '../log/log.ts';
import { isUnreachable, type RedisClient } from './redis.ts';
import { ATTEMPTS, BACKOFF } from '../retry.ts';
import { WarnOnce } from '../log/warn-once.ts';

export type LoopQueue = Queue<LoopData, LoopResult>;

/** How many completed jobs a queue keeps, and how many that failed for good: the latest. */
export const KEPT_JOBS = 1000;

/** About how many of its latest events a queue keeps; a job emits four, and one of them contains its result. */
const KEPT_EVENTS = 5000;

/**
 * Returns the names of the queues: `loops`, or `loops-1` to `loops-n`. In a cluster, each is in braces: the keys of one queue
 * must be on one node, because BullMQ's scripts touch several of them, and the queues spread over the nodes.
 */
export function queueNames(count: number, inCluster: boolean): string[] {
  const names =
    count === 1 ? [QUEUE_NAME] : Array.from({ length: count }, (_, n) => `${QUEUE_NAME}-${n + 1}`);
  return inCluster ? names.map((name) => `{${name}}`) : names;
}

/** Opens all queues on an existing connection. The caller closes both. */
export function openQueues(redis: RedisClient, count: number, log: Logger): LoopQueue[] {
  return queueNames(count, redis.isCluster).map((name) => openQueue(redis, log, name));
}

/**
 * Opens a queue on an existing connection. The caller closes both.
 *
 * `retry.ts` says how often a job is tried. Only the latest finished jobs are kept, so that Redis does not fill up.
 */
export function openQueue(redis: RedisClient, log: Logger, name = QUEUE_NAME): LoopQueue {
  silenceEvictionWarning();
  const queue: LoopQueue = new Queue(name, {
    connection: redis,
    // Otherwise, every call fails for good if Redis did not answer, or refused, the INFO of the check. Workers check.
    skipVersionCheck: true,
    streams: { events: { maxLen: KEPT_EVENTS } },
    defaultJobOptions: {
      attempts: ATTEMPTS,
      backoff: BACKOFF,
      removeOnComplete: { count: KEPT_JOBS },
      removeOnFail: { count: KEPT_JOBS, age: 24 * 3600 },
    },
  });
  const warnings = new WarnOnce(log, 'queue');
  queue.on('error', (err) => {
    if (!isUnreachable(redis, err)) warnings.warn(err); // the connection logs the rest
  });
  return queue;
}

/** Returns for how long (ms) the queue's global rate limit lets no worker take a job; 0 if it has none, or none is due. */
export async function limitedFor(queue: LoopQueue): Promise<number> {
  const limit = await queue.getGlobalRateLimit();
  return limit === null ? 0 : Math.max(0, await queue.getRateLimitTtl(limit.max));
}
