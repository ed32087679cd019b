import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../tools/stack/log.ts';
import { takeRedis } from '../../test/support/shared-redis.ts';
import { openQueue } from './queue.ts';
import { failFastRedis } from './redis.ts';

test('of what BullMQ prints, only its warning about the eviction policy is hidden', async () => {
  await using server = await takeRedis();
  const redis = failFastRedis({ REDIS_URL: server.url }, silentLog);
  onTestFinished(() => redis.disconnect());
  await new Promise((resolve) => redis.once('ready', resolve));
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  onTestFinished(() => warn.mockRestore());
  const queue = openQueue(redis, silentLog);
  await queue.waitUntilReady();
  globalThis.console.warn('something', 'else');
  expect(warn.mock.calls).toEqual([['something', 'else']]);
  await queue.close();
});
