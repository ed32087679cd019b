/**
 * Starts from zero between classes, while the stack runs.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/redis';
import { keys } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue';
import { queueKeys } from '@dockercoins/common/queue-keys';

/**
 * Deletes all counts, coins, notes and the history, and removes whatever keeps miners from taking jobs. Jobs that wait or run stay,
 * so mining goes on.
 */
export async function reset(redis: RedisClient, queues: LoopQueue[]): Promise<void> {
  const { hashes, wallet, coins, history, notes } = keys;
  const counts = queues.map((queue) => queueKeys(queue.name).completedCount);
  for (const key of [hashes, wallet, coins, history, notes, ...counts]) await redis.del(key);
  for (const queue of queues) {
    await queue.clean(0, 0, 'completed');
    await queue.clean(0, 0, 'failed');
    await queue.removeGlobalConcurrency();
    await queue.removeRateLimitKey();
    await queue.resume();
  }
}
