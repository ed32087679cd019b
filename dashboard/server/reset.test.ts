import { Worker } from 'bullmq';
import { afterAll, expect, test } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { until } from '../../tools/stack/until.ts';
import { FrameBuilder } from '../frame/frame-builder.ts';
import { addPoint, readPoints } from './history.ts';
import { reset } from './reset.ts';
import { takeSample } from './take-sample.ts';
import { testPoint } from '../../tools/stack/frame-data.ts';
import { connectWorker, rngWith, startTestWorker } from '../../test/support/worker.ts';

const dashboard = await startTestDashboard();
const { redis, queue, server } = dashboard;
afterAll(() => dashboard[Symbol.asyncDispose]());

test('a reset starts all counts from zero, removes limits, and keeps waiting jobs', async () => {
  const worker = new Worker(QUEUE_NAME, ({ data }) => Promise.resolve(data as unknown), {
    connection: { url: server.url },
    metrics: { maxDataPoints: 60 },
  });
  await queue.addBulk(Array.from({ length: 5 }, () => ({ name: JOB_NAME, data: {} })));
  await until('all jobs are completed', async () => (await queue.getCompletedCount()) === 5);
  await worker.close();
  for (let id = 1; id <= 5; id++) await queue.addJobLog(String(id), 'a line');
  await queue.add(JOB_NAME, {});
  await redis.set(keys.hashes, 5);
  await redis.hset(keys.wallet, '0a', 'bytes');
  await redis.lpush(keys.coins, JSON.stringify({ hash: '0a', at: 1, miner: 'miner-1' }));
  await addPoint(redis, testPoint(1000));
  await queue.setGlobalConcurrency(1);
  await queue.setGlobalRateLimit(1, 60_000);
  await redis.set(queue.toKey('limiter'), 1, 'PX', 60_000);
  await queue.pause();

  await reset(redis, [queue]);

  const sample = await takeSample(redis, [queue]);
  const redisState = { used: 0, max: null, refusal: null, cli: 'redis-cli' };
  expect(new FrameBuilder(true).build(sample, redisState, 0)).toMatchObject({
    loops: 0,
    hashes: null,
    coins: 0,
    newestCoins: [],
    queue: {
      waiting: 1,
      completed: 0,
      failed: 0,
      paused: false,
      concurrency: null,
      rate: null,
      limitedMs: 0,
    },
  });
  expect(await readPoints(redis, 60, 1000)).toEqual([]);
  expect(await redis.keys(queueKeys().log('*'))).toEqual([]);
  for (const kind of ['completed', 'failed'] as const) {
    expect(await queue.getMetrics(kind)).toMatchObject({ meta: { count: 0 }, data: [], count: 0 });
  }
});

/** Reads both counts of loops as of the same moment. */
const COUNTS = `
  return { redis.call('GET', KEYS[1]) or '0', redis.call('HGET', KEYS[2], 'count') or '0' }`;

const RESETS = 30;

test('after a reset at full speed, `hashes` never exceeds the exact count', async () => {
  await using running = new AsyncDisposableStack();
  for (let miner = 0; miner < 2; miner++) {
    const connection = connectWorker(running, server.url);
    const options = { rng: rngWith(), concurrency: 4, flushMs: 30 };
    await startTestWorker(running, { redis: connection, ...options });
  }
  const readCounts = async () => {
    const counts = await redis.eval(COUNTS, 2, keys.hashes, queue.toKey('metrics:completed'));
    return (counts as string[]).map(Number) as [hashes: number, exact: number];
  };
  for (let n = 1; n <= RESETS; n++) {
    await queue.addBulk(Array.from({ length: 500 }, () => ({ name: JOB_NAME, data: {} })));
    await until('`hashes` is updated', async () => {
      const [hashes, exact] = await readCounts();
      expect(hashes, `before reset ${n}`).toBeLessThanOrEqual(exact);
      return hashes > 0;
    });
    await reset(redis, [queue]);
  }
});
