import { Worker } from 'bullmq';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, RATE_LIMITER, type LoopQueue } from '@dockercoins/common/queue';
import { workerRedis } from '@dockercoins/common/redis';
import { silentLog as log } from '../testing/log.ts';
import { takeRedis, type SharedRedis } from '../testing/shared-redis.ts';
import { until } from '../testing/until.ts';
import { startTestWorker } from '../testing/worker.ts';

let running: AsyncDisposableStack;
let server: SharedRedis;
let queue: LoopQueue;
beforeEach(async () => {
  running = new AsyncDisposableStack();
  server = running.use(await takeRedis());
  const redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
  queue = running.adopt(openQueue(redis, log), (it) => it.close());
});
afterEach(() => running.disposeAsync());

const connect = () =>
  running.adopt(workerRedis({ REDIS_URL: server.url }, log), (it) => it.disconnect());

test('a 503 from rng pauses all miners for as long as Retry-After says', async () => {
  const requests: number[] = [];
  const rng = new Hono().get('/32', (c) => {
    requests.push(performance.now());
    if (requests.length > 1) return c.body(new Uint8Array(32));
    return c.text('full', 503, { 'Retry-After': '1' });
  });
  for (let n = 0; n < 3; n++) await startTestWorker(running, { redis: connect(), rng });
  const job = await queue.add(JOB_NAME, {});
  await until('the job is completed', async () => (await job.getState()) === 'completed');
  const [refused = 0, repeated = 0] = requests;
  expect(repeated - refused).toBeGreaterThanOrEqual(1000);
});

describe('while the queue is rate-limited', () => {
  const startWorker = (options: { limiter?: typeof RATE_LIMITER }) => {
    const done: string[] = [];
    const worker = new Worker(
      QUEUE_NAME,
      ({ id = '' }) => {
        done.push(id);
        return Promise.resolve({});
      },
      { connection: connect(), ...options },
    );
    running.adopt(worker, (it) => it.close());
    return done;
  };

  test('a worker without a limiter of its own still takes jobs, and one with a limiter takes none', async () => {
    await queue.rateLimit(60_000);
    const limited = startWorker({ limiter: RATE_LIMITER });
    const unlimited = startWorker({});
    await queue.addBulk(Array.from({ length: 20 }, () => ({ name: JOB_NAME, data: {} })));
    await until('all jobs are completed', () => unlimited.length === 20);
    expect(limited).toEqual([]);
    expect(await queue.getRateLimitTtl(RATE_LIMITER.max)).toBeGreaterThan(0);
  });
});
