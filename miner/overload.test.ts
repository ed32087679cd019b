import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { silentLog as log } from '../tools/stack/log.ts';
import { takeRedis, type SharedRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker, rngWith, startTestWorker } from '../test/support/worker.ts';

let running: AsyncDisposableStack;
let server: SharedRedis;
let redis: Redis;
let queue: LoopQueue;
beforeEach(async () => {
  running = new AsyncDisposableStack();
  server = running.use(await takeRedis());
  redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
  queue = running.adopt(openQueue(redis, log), (it) => it.close());
});
afterEach(() => running.disposeAsync());

const connect = () => connectWorker(running, server.url);

const addJobs = (count: number) =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: {} })));

test('a 503 from rng keeps its miner from taking jobs for as long as Retry-After says', async () => {
  const requests: number[] = [];
  const rng = new Hono().get('/32', (c) => {
    requests.push(performance.now());
    if (requests.length > 1) return c.body(new Uint8Array(32));
    return c.text('full', 503, { 'Retry-After': '1' });
  });
  await startTestWorker(running, { redis: connect(), rng });
  await addJobs(2);
  await until('both jobs are completed', async () => (await queue.getCompletedCount()) === 2);
  const [refused = 0, repeated = 0] = requests;
  expect(repeated - refused).toBeGreaterThanOrEqual(999); // timers count whole milliseconds
});

test('a 503 can keep all workers of its miner from taking jobs, also those of other queues', async () => {
  const rng = new Hono().get('/32', (c) => c.text('full', 503, { 'Retry-After': '3600' }));
  const rests: number[] = [];
  const restAll = (ms: number) => {
    rests.push(ms);
    rest(ms);
  };
  const { rest, activity } = await startTestWorker(running, { redis: connect(), rng, restAll });
  await addJobs(1);
  await until('the worker rests', () => activity.resting);
  expect(rests).toEqual([expect.toSatisfy((ms: number) => ms > 1000)]);
});

describe('a global rate limit', () => {
  const LIMIT = 2;
  /** Far more than the worker that looks again at once needs to take another job. */
  const LONG_MS = 3 * 1000;

  test('is kept by our workers together, and mining goes on once it is removed', async () => {
    await queue.setGlobalRateLimit(LIMIT, 60_000);
    const rng = rngWith();
    for (let n = 0; n < 3; n++) await startTestWorker(running, { redis: connect(), rng });
    await addJobs(10);
    const completed = () => queue.getCompletedCount();
    await until('the limit is used up', async () => (await completed()) === LIMIT);
    await sleep(LONG_MS);
    expect(await completed()).toBe(LIMIT);
    await queue.removeGlobalRateLimit();
    await until('all jobs are completed', async () => (await completed()) === 10);
  });

  test('is not what it says for a BullMQ worker with a limiter, whose duration replaces that of the queue', async () => {
    await queue.setGlobalRateLimit(LIMIT, 60_000);
    const connection = connect();
    const limiter = { max: 1_000_000, duration: 100 };
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve({}), { connection, limiter });
    running.adopt(worker, (it) => it.close());
    await addJobs(10);
    await until('all are completed', async () => (await queue.getCompletedCount()) === 10);
  });
});

test('a global concurrency is kept by our workers together', async () => {
  await queue.setGlobalConcurrency(2);
  let requests = 0;
  let most = 0;
  const rng = new Hono().get('/32', async (c) => {
    most = Math.max(most, ++requests);
    await sleep(5);
    requests--;
    return c.body(new Uint8Array(32));
  });
  const workers = [1, 2, 3].map(() =>
    startTestWorker(running, { redis: connect(), rng, concurrency: 4 }),
  );
  await Promise.all(workers);
  await addJobs(60);
  await until('all are completed', async () => (await queue.getCompletedCount()) === 60);
  expect(most).toBe(2);
});

test('without a limit, nothing looks limited: no counter of a rate limit exists', async () => {
  await startTestWorker(running, { redis: connect(), rng: rngWith() });
  await addJobs(10);
  await until('all are completed', async () => (await queue.getCompletedCount()) === 10);
  expect(await redis.exists(queue.toKey('limiter'))).toBe(0);
});
