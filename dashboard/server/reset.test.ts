import { Worker } from 'bullmq';
import { afterAll, expect, test } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { startTestDashboard } from '../../testing/dashboard-app.ts';
import { until } from '../../testing/until.ts';
import { FrameBuilder } from './frame-builder.ts';
import { addPoint, readPoints } from './history.ts';
import { reset } from './reset.ts';
import { takeSample } from './sample.ts';
import { testPoint } from '../../testing/frame-data.ts';

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
  await queue.add(JOB_NAME, {});
  await redis.set(keys.hashes, 5);
  await redis.hset(keys.wallet, '0a', 'bytes');
  await redis.lpush(keys.coins, JSON.stringify({ hash: '0a', at: 1, miner: 'miner-1' }));
  await addPoint(redis, testPoint(1000));
  await queue.setGlobalConcurrency(1);
  await queue.pause();

  await reset(redis, [queue]);

  const sample = await takeSample(redis, [queue]);
  const redisState = { used: 0, max: null, refusal: null };
  expect(new FrameBuilder(true).build(sample, redisState, 0)).toMatchObject({
    loops: 0,
    hashes: null,
    coins: 0,
    newestCoins: [],
    queue: { waiting: 1, completed: 0, failed: 0, paused: false, concurrency: null },
  });
  expect(await readPoints(redis, 60, 1000)).toEqual([]);
});
