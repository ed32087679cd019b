/**
 * Starts from zero between classes, while the stack runs.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue';
import { queueKeys } from '@dockercoins/common/queue-keys';

/**
 * Deletes all counts, coins, notes and the history, and removes whatever keeps miners from taking jobs. Jobs that wait or run stay,
 * so mining goes on.
 */
export async function reset(redis: Redis, queue: LoopQueue): Promise<void> {
  const { hashes, wallet, coins, history, notes } = keys;
  await redis.del(hashes, wallet, coins, history, notes, queueKeys.completedCount);
  await queue.clean(0, 0, 'completed');
  await queue.clean(0, 0, 'failed');
  await queue.removeGlobalConcurrency();
  await queue.removeRateLimitKey();
  await queue.resume();
}
