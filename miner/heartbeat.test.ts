import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import type { MinerReport } from '@dockercoins/common/reports';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { testReport } from '../tools/stack/frame-data.ts';
import { silentLog as log } from '../tools/stack/log.ts';
import { startTestRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { Heartbeat } from './heartbeat.ts';

const { redis } = await startTestRedis();

const start = (id: string, values: Partial<MinerReport> = {}) =>
  new Heartbeat({
    redis,
    id,
    report: () => testReport(id, values),
    clock: new RedisClock(),
    log,
  });

const listed = (id: string) =>
  until(`${id} is listed`, async () => (await redis.zscore(keys.miners, id)) ?? undefined);

/** Resolves to Redis' time, in whole milliseconds. */
async function redisTime(): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

describe('the heartbeat of a miner', () => {
  test('reports at once', async () => {
    await using heartbeat = start('miner-1-a');
    await listed('miner-1-a');
    expect(heartbeat).toBeInstanceOf(Heartbeat);
    const report: unknown = JSON.parse((await redis.get(keys.miner('miner-1-a'))) ?? '');
    expect(report).toEqual(testReport('miner-1-a'));
  });

  test("scores the miner by Redis' clock", async () => {
    await using stack = new AsyncDisposableStack();
    const before = await redisTime();
    stack.use(start('miner-1-a'));
    const score = Number(await listed('miner-1-a'));
    expect(score).toBeGreaterThanOrEqual(before);
    expect(score).toBeLessThanOrEqual(await redisTime());
  });

  test('expires within 15 s if the miner dies', async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(start('miner-1-a'));
    await listed('miner-1-a');
    const lives = [await redis.pttl(keys.miner('miner-1-a')), await redis.pttl(keys.miners)];
    expect(Math.min(...lives)).toBeGreaterThan(10_000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(15_000);
  });

  test('removes miners that died earlier from the list', async () => {
    const now = await redisTime();
    await redis.zadd(keys.miners, now - 16_000, 'dead', now - 5000, 'quiet');
    await using stack = new AsyncDisposableStack();
    stack.use(start('miner-1-a'));
    await listed('miner-1-a');
    expect(await redis.zrange(keys.miners, '0', '-1')).toEqual(['quiet', 'miner-1-a']);
  });

  test('reports newer figures a second later', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const values = { loops: 0 };
    await using stack = new AsyncDisposableStack();
    stack.use(start('miner-1-a', values));
    await listed('miner-1-a');
    values.loops = 42;
    await until('the report is updated', async () => {
      vi.advanceTimersByTime(1000);
      return (await redis.get(keys.miner('miner-1-a')))?.includes('"loops":42');
    });
  });

  test('removes the miner at once when it is disposed of, and no other', async () => {
    await using other = start('miner-2-b');
    const heartbeat = start('miner-1-a');
    await Promise.all([listed('miner-1-a'), listed('miner-2-b')]);
    await heartbeat[Symbol.asyncDispose]();
    expect(await redis.zrange(keys.miners, '0', '-1')).toEqual(['miner-2-b']);
    expect(await redis.exists(keys.miner('miner-1-a'))).toBe(0);
    expect(other).toBeInstanceOf(Heartbeat);
  });

  test('removes the miner even if it is disposed of right after its start', async () => {
    await start('miner-1-a')[Symbol.asyncDispose]();
    expect(await redis.keys('*')).toEqual([]);
  });
});
