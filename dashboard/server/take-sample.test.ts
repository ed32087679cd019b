import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { testReport } from '../../tools/stack/frame-data.ts';
import { until } from '../../tools/stack/until.ts';
import { takeSample } from './take-sample.ts';

const dashboard = await startTestDashboard();
const { server, redis, queue } = dashboard;
beforeEach(() => redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

/** Redis' clock, in whole milliseconds. */
async function redisNow(): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

describe('a sample', () => {
  test('is empty at first', async () => {
    const before = await redisNow();
    const { time, reading, ...rest } = await takeSample(redis, [queue]);
    const after = await redisNow();
    expect(rest).toEqual({
      hashes: null,
      coins: 0,
      newestCoins: [],
      queue: {
        waiting: 0,
        active: 0,
        delayed: 0,
        failed: 0,
        completed: 0,
        paused: false,
        pausedNames: [],
        names: ['loops'],
        concurrency: null,
        rate: null,
        limitedMs: 0,
        nextAddedAt: null,
      },
      added: 0,
      leader: null,
      producer: undefined,
      held: [],
      failures: [],
      miners: [],
      notes: [],
      incident: false,
    });
    expect(reading).toMatchObject({ loops: 0, lastLoopAge: null });
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(after);
  });

  test('has the time when the loops were counted, not when all else was read', async () => {
    let later = NaN;
    vi.spyOn(queue, 'isPaused').mockImplementation(async () => {
      await redis.ping(); // answered after the count
      await sleep(10);
      later = performance.now();
      return false;
    });
    const { reading } = await takeSample(redis, [queue]);
    expect(reading.at).toBeLessThan(later);
  });

  test('has the exact number of completed loops and the age of the last one', async () => {
    const start = performance.now();
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: JOB_NAME, data: {} })));
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve({}), {
      connection: { url: server.url },
      metrics: { maxDataPoints: 60 },
    });
    await until('all jobs are completed', async () => (await queue.getCompletedCount()) === 30);
    await worker.close();
    const { reading } = await takeSample(redis, [queue]);
    expect(reading.loops).toBe(30);
    expect(reading.lastLoopAge).toBeGreaterThanOrEqual(0);
    expect(reading.lastLoopAge).toBeLessThanOrEqual(performance.now() - start);
  });

  test('has hashes, the number of coins and the newest ones, with their jobs if known', async () => {
    const coin = { hash: '0a', at: 1000, miner: 'miner-1' };
    await redis.set(keys.hashes, '42');
    await redis.hset(keys.wallet, { '0a': 'bytes', '0b': 'bytes' });
    const withJob = { ...coin, job: { queue: 'loops', id: '7' } };
    for (const it of [coin, withJob]) await redis.lpush(keys.coins, JSON.stringify(it));
    const sample = await takeSample(redis, [queue]);
    expect(sample).toMatchObject({ hashes: 42, coins: 2, newestCoins: [withJob, coin] });
  });

  test('has the job counts and whether the queue is paused', async () => {
    await queue.add(JOB_NAME, {});
    await queue.add(JOB_NAME, {}, { delay: 60_000 });
    await queue.pause();
    const sample = await takeSample(redis, [queue]);
    expect(sample.queue).toMatchObject({ waiting: 1, delayed: 1, paused: true });
  });

  test('has the limits of the queue', async () => {
    await queue.setGlobalConcurrency(3);
    await queue.setGlobalRateLimit(5, 2000);
    const before = await redisNow();
    await queue.rateLimit(60_000);
    const { concurrency, rate, limitedMs } = (await takeSample(redis, [queue])).queue;
    expect(concurrency).toBe(3);
    expect(rate).toBe(2.5);
    expect(limitedMs).toBeLessThanOrEqual(60_000);
    expect(limitedMs).toBeGreaterThanOrEqual(60_000 - ((await redisNow()) - before) - 1);
  });

  test('has the time when the next job was added, whatever joined the line later', async () => {
    const first = await queue.add(JOB_NAME, {}, { timestamp: 1000 });
    await queue.add(JOB_NAME, {}, { timestamp: 500 });
    expect((await takeSample(redis, [queue])).queue.nextAddedAt).toBe(1000);
    await first.remove();
    expect((await takeSample(redis, [queue])).queue.nextAddedAt).toBe(500);
  });

  test('has the number of jobs ever added', async () => {
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: JOB_NAME, data: {} })));
    expect((await takeSample(redis, [queue])).added).toBe(30);
  });

  test('has the leading producer and its report', async () => {
    const producer = { name: 'producer-2', target: 100, cpu: 0.1 };
    await redis.set(keys.lease, 'producer-2 some-uuid');
    await redis.set(keys.producer, JSON.stringify(producer));
    expect(await takeSample(redis, [queue])).toMatchObject({ leader: 'producer-2', producer });
  });

  test('has the report of a producer with a fixed rate', async () => {
    const producer = { name: 'producer-2', target: null, cpu: 0.1, variations: { rate: 12 } };
    await redis.set(keys.producer, JSON.stringify(producer));
    expect((await takeSample(redis, [queue])).producer).toEqual(producer);
  });

  test('has the active jobs, who holds them, and for how long', async () => {
    const started = Promise.withResolvers<undefined>();
    const finish = Promise.withResolvers<undefined>();
    const worker = new Worker(
      QUEUE_NAME,
      () => {
        started.resolve(undefined);
        return finish.promise;
      },
      { connection: { url: server.url }, name: 'miner-7', lockDuration: 20_000 },
    );
    await queue.add(JOB_NAME, {});
    await started.promise;
    const [job, ...others] = (await takeSample(redis, [queue])).held;
    finish.resolve(undefined);
    await worker.close();
    expect(others).toEqual([]);
    expect(job?.miner).toBe('miner-7');
    expect(job?.lockMs).toBeGreaterThan(0);
    expect(job?.lockMs).toBeLessThanOrEqual(20_000);
  });

  test('has the latest jobs that failed for good, and why', async () => {
    const worker = new Worker(QUEUE_NAME, () => Promise.reject(new Error('no bytes')), {
      connection: { url: server.url },
    });
    await queue.add(JOB_NAME, {}, { attempts: 1 });
    await until('the job has failed', async () => (await queue.getFailedCount()) === 1);
    await worker.close();
    expect((await takeSample(redis, [queue])).failures).toMatchObject([
      { reason: 'no bytes', attempts: 1 },
    ]);
  });

  test("has the miners and how long each has been silent, by Redis' clock", async () => {
    const now = await redisNow();
    await redis.zadd(keys.miners, now - 5000, 'a', now, 'b');
    await redis.mset(keys.miner('a'), report('a'), keys.miner('b'), report('b'));
    const { miners } = await takeSample(redis, [queue]);
    expect(miners).toMatchObject([
      { id: 'a', uptimeMs: 0 },
      { id: 'b', uptimeMs: 0 },
    ]);
    expect(miners[0]?.silentMs).toBe((miners[1]?.silentMs ?? NaN) + 5000);
  });

  test('skips a miner whose report is malformed, but not the others', async () => {
    const now = await redisNow();
    await redis.zadd(keys.miners, now, 'a', now, 'b');
    await redis.mset(keys.miner('a'), '{"id":"a"}', keys.miner('b'), report('b'));
    expect((await takeSample(redis, [queue])).miners).toMatchObject([{ id: 'b' }]);
  });

  test('skips a miner whose report has expired', async () => {
    await redis.zadd(keys.miners, await redisNow(), 'expired');
    expect((await takeSample(redis, [queue])).miners).toEqual([]);
  });

  test('rejects if a key in Redis has an unexpected type', async () => {
    await redis.set(keys.wallet, 'not a hash');
    await expect(takeSample(redis, [queue])).rejects.toThrow('WRONGTYPE');
  });
});

function report(id: string): string {
  return JSON.stringify(testReport(id, { uptimeMs: 0 }));
}
