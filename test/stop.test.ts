import { expect, test } from 'vitest';
import { startTestRedis } from '../testing/redis-server.ts';
import { startStackProcess } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

test('a stop while Redis is away ends everything within 10 s and tells what was not clean', async () => {
  const redis = await startTestRedis();
  await using stack = await startStackProcess({ env: { REDIS_URL: redis.url } });
  await until('it mines', async () => ((await stack.frame())?.loops ?? 0) > 3, 20_000);
  await redis[Symbol.asyncDispose]();
  const began = performance.now();
  await stack.stop('SIGTERM');
  expect(performance.now() - began).toBeLessThan(12_000);

  const lastOf = (name: string) =>
    stack.lines.findLast((line) => line.startsWith(name))?.replace(/^.*?\d\d:\d\d:\d\d: /, '');
  for (const part of ['rng-1', 'hasher-1', 'producer-1', 'dashboard-1']) {
    expect(lastOf(part), part).toBe('stopped');
  }
  expect(lastOf('miner-1')).toBe('FATAL: shutdown timed out after 10 s: exiting');
});
