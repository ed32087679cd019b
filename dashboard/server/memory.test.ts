import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { recordingLog } from '../../testing/log.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { MemoryWatch } from './memory.ts';

test("the dashboard warns once when 80% of Redis' memory is used, and says what to do", async () => {
  await using server = await startTestRedis();
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const { log, lines } = recordingLog();
  const watch = new MemoryWatch(redis, log);
  expect(await watch.read()).toMatchObject({ max: null });

  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const readAt = async (maxmemory: number) => {
    await redis.config('SET', 'maxmemory', maxmemory);
    vi.advanceTimersByTime(10_000);
    return watch.read();
  };
  const { used } = await readAt(100_000_000);
  expect(lines).toEqual([]);
  expect((await readAt(Math.floor(used / 0.9))).max).toBe(Math.floor(used / 0.9));
  await readAt(Math.floor(used / 0.95));
  expect(lines).toEqual([
    expect.stringMatching(
      /^warning: Redis uses \d\d% of its \d+ MB; .* raise maxmemory, or delete/,
    ),
  ]);
});
