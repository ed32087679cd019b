/**
 * Starts from zero between classes, while the stack runs.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { keys } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue/queue';

/**
 * Sets `hashes` to zero and records when: loops that began before that do not count any more (`miner/counter.ts`).
 * KEYS: hashes, time of the last reset.
 */
const RESET_HASHES = `
  local time = redis.call('TIME')
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], time[1] .. string.format('%06d', time[2]))`;

/** What BullMQ has counted, with the data of Bull Board's charts. */
const METRICS = [
  'metrics:completed',
  'metrics:completed:data',
  'metrics:failed',
  'metrics:failed:data',
];

/**
 * Deletes all counts, coins, notes and the history, and removes whatever keeps miners from taking jobs. Jobs that wait or run stay,
 * so mining goes on. `hashes` comes after the exact count, which it must never exceed.
 */
export async function reset(redis: RedisClient, queues: LoopQueue[]): Promise<void> {
  for (const queue of queues) {
    for (const name of METRICS) await redis.del(queue.toKey(name));
  }
  await redis.eval(RESET_HASHES, 2, keys.hashes, keys.resetAt);
  const { wallet, coins, history, notes } = keys;
  for (const key of [wallet, coins, history, notes]) await redis.del(key);
  for (const queue of queues) {
    await queue.clean(0, 0, 'completed');
    await queue.clean(0, 0, 'failed');
    await queue.removeGlobalConcurrency();
    await queue.removeGlobalRateLimit();
    await queue.removeRateLimitKey();
    await queue.resume();
  }
}
