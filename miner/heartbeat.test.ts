import { once } from 'node:events';
import { Redis } from 'ioredis';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { silentLog as log } from '../testing/log.ts';
import { startTestRedis, type TestRedis } from '../testing/redis-server.ts';
import { until } from '../testing/until.ts';
import { Heartbeat } from './heartbeat.ts';
import { MinerStats } from './stats.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  await once(redis, 'ready');
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const reportOf = (id: string, stats = new MinerStats()) => ({
  id,
  name: 'miner-1',
  host: 'here',
  uptimeMs: 1000,
  concurrency: 4,
  ...stats.report(0),
});

const begin = (id: string, stats?: MinerStats) =>
  new Heartbeat({ redis, id, report: () => reportOf(id, stats), clock: new RedisClock(), log });

const listed = (id: string) =>
  until(`${id} is listed`, async () => (await redis.zscore(keys.miners, id)) ?? undefined);

describe('the heartbeat of a miner', () => {
  test('reports at once', async () => {
    await using heartbeat = begin('miner-1-a');
    await listed('miner-1-a');
    expect(heartbeat).toBeInstanceOf(Heartbeat);
    const report: unknown = JSON.parse((await redis.get(keys.miner('miner-1-a'))) ?? '');
    expect(report).toEqual(reportOf('miner-1-a'));
  });

  test('lists the miner with the time of Redis', async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(begin('miner-1-a'));
    const [seconds] = await redis.time();
    expect(Math.abs(Number(await listed('miner-1-a')) - Number(seconds) * 1000)).toBeLessThan(3000);
  });

  test('is forgotten by itself after 15 s where the miner dies', async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(begin('miner-1-a'));
    await listed('miner-1-a');
    const lives = [await redis.pttl(keys.miner('miner-1-a')), await redis.pttl(keys.miners)];
    expect(Math.min(...lives)).toBeGreaterThan(10_000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(15_000);
  });

  test('takes miners from the list that died longer ago', async () => {
    const [seconds] = await redis.time();
    const now = Number(seconds) * 1000;
    await redis.zadd(keys.miners, now - 16_000, 'dead', now - 5000, 'quiet');
    await using stack = new AsyncDisposableStack();
    stack.use(begin('miner-1-a'));
    await listed('miner-1-a');
    expect(await redis.zrange(keys.miners, '0', '-1')).toEqual(['quiet', 'miner-1-a']);
  });

  test('goes on with newer figures after a second', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const stats = new MinerStats();
    await using stack = new AsyncDisposableStack();
    stack.use(begin('miner-1-a', stats));
    await listed('miner-1-a');
    stats.loops = 42;
    await until('the report has moved', async () => {
      vi.advanceTimersByTime(1000);
      return (await redis.get(keys.miner('miner-1-a')))?.includes('"loops":42');
    });
  });

  test('takes the miner away at once when it ends, and no other', async () => {
    await using other = begin('miner-2-b');
    const heartbeat = begin('miner-1-a');
    await Promise.all([listed('miner-1-a'), listed('miner-2-b')]);
    await heartbeat[Symbol.asyncDispose]();
    expect(await redis.zrange(keys.miners, '0', '-1')).toEqual(['miner-2-b']);
    expect(await redis.exists(keys.miner('miner-1-a'))).toBe(0);
    expect(other).toBeInstanceOf(Heartbeat);
  });

  test('takes the miner away also when it ends right after its start', async () => {
    await begin('miner-1-a')[Symbol.asyncDispose]();
    expect(await redis.keys('*')).toEqual([]);
  });
});
