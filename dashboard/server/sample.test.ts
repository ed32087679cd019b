import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { MinerStats } from '../../miner/stats.ts';
import { silentLog as log } from '../../testing/log.ts';
import { startTestRedis, type TestRedis } from '../../testing/redis-server.ts';
import { until } from '../../testing/until.ts';
import { takeSample } from './sample.ts';

let server: TestRedis;
let redis: Redis;
let queue: LoopQueue;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  queue = openQueue(redis, log);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

async function redisNow(): Promise<number> {
  const [seconds] = await redis.time();
  return Number(seconds) * 1000;
}

describe('a look at Redis', () => {
  test('sees nothing at first', async () => {
    const { time, reading, ...rest } = await takeSample(redis, queue);
    expect(rest).toEqual({
      hashes: null,
      coins: 0,
      newestCoins: [],
      queue: { waiting: 0, active: 0, delayed: 0, failed: 0, completed: 0, paused: false },
      miners: [],
    });
    expect(reading).toMatchObject({ loops: 0, lastLoopAge: null });
    expect(Math.abs(time - (await redisNow()))).toBeLessThan(3000);
  });

  test('sees how many loops are done, exactly, and when the last one was', async () => {
    const since = performance.now();
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: JOB_NAME, data: {} })));
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve({}), {
      connection: { url: server.url },
      metrics: { maxDataPoints: 60 },
    });
    await until('all are done', async () => (await queue.getCompletedCount()) === 30);
    await worker.close();
    const { reading } = await takeSample(redis, queue);
    expect(reading.loops).toBe(30);
    expect(reading.lastLoopAge).toBeGreaterThanOrEqual(0);
    expect(reading.lastLoopAge).toBeLessThanOrEqual(performance.now() - since);
  });

  test('sees hashes, coins and the newest of them', async () => {
    const coin = { hash: '0a', at: 1000, miner: 'miner-1' };
    await redis.set(keys.hashes, '42');
    await redis.hset(keys.wallet, { '0a': 'bytes', '0b': 'bytes' });
    await redis.lpush(keys.coins, JSON.stringify(coin));
    const sample = await takeSample(redis, queue);
    expect(sample).toMatchObject({ hashes: 42, coins: 2, newestCoins: [coin] });
  });

  test('sees what waits, and that the queue is paused', async () => {
    await queue.add(JOB_NAME, {});
    await queue.add(JOB_NAME, {}, { delay: 60_000 });
    await queue.pause();
    const sample = await takeSample(redis, queue);
    expect(sample.queue).toMatchObject({ waiting: 1, delayed: 1, paused: true });
  });

  test('sees the miners, and how long each has been silent by the clock of Redis', async () => {
    const now = await redisNow();
    await redis.zadd(keys.miners, now - 5000, 'a', now, 'b');
    await redis.mset(keys.miner('a'), report('a'), keys.miner('b'), report('b'));
    const { miners } = await takeSample(redis, queue);
    expect(miners).toMatchObject([
      { id: 'a', uptimeMs: 0 },
      { id: 'b', uptimeMs: 0 },
    ]);
    expect(miners[0]?.silentMs).toBe((miners[1]?.silentMs ?? NaN) + 5000);
  });

  test('does not see a miner whose report is broken, and sees the others', async () => {
    const now = await redisNow();
    await redis.zadd(keys.miners, now, 'a', now, 'b');
    await redis.mset(keys.miner('a'), '{"id":"a"}', keys.miner('b'), report('b'));
    expect((await takeSample(redis, queue)).miners).toMatchObject([{ id: 'b' }]);
  });

  test('does not see a miner whose report is gone', async () => {
    await redis.zadd(keys.miners, await redisNow(), 'gone');
    expect((await takeSample(redis, queue)).miners).toEqual([]);
  });

  test('fails where Redis holds something unexpected', async () => {
    await redis.set(keys.wallet, 'not a hash');
    await expect(takeSample(redis, queue)).rejects.toThrow('WRONGTYPE');
  });
});

function report(id: string): string {
  const about = { id, name: id, host: 'h', uptimeMs: 0, concurrency: 1 };
  return JSON.stringify({ ...about, ...new MinerStats().report(0) });
}
