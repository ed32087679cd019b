import type { Job } from 'bullmq';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { workerRedis } from '@dockercoins/common/redis';
import { recordingLog, silentLog as silent } from '../testing/log.ts';
import { startTestRedis, type TestRedis } from '../testing/redis-server.ts';
import { until } from '../testing/until.ts';
import { startTestWorker } from '../testing/worker.ts';

let server: TestRedis;
let redis: Redis;
let queue: LoopQueue;
let running: AsyncDisposableStack;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  queue = openQueue(redis, silent);
});
beforeEach(async () => {
  await redis.flushall();
  running = new AsyncDisposableStack();
});
afterEach(() => running.disposeAsync());
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** A worker until the test ends, whose rng answers with these statuses in turn, then with bytes. */
async function start(...statuses: (404 | 500)[]) {
  const { log, lines } = recordingLog();
  const rng = new Hono();
  rng.get('/32', (c) => {
    const status = statuses.shift();
    return status === undefined ? c.body(new Uint8Array(32)) : c.text('no', status);
  });
  const connection = running.adopt(workerRedis(server.url, silent), (it) => it.disconnect());
  const { origin, stats } = await startTestWorker(running, { redis: connection, rng, log });
  return { origin, stats, lines };
}

const untilIt = (job: Job, is: string) =>
  until(`the job is ${is}`, async () => (await job.getState()) === is);

describe('a loop that would fail again', () => {
  test('fails for good at once, with a reason that people understand', async () => {
    const { origin, stats, lines } = await start(404);
    const job = await queue.add(JOB_NAME, {});
    await untilIt(job, 'failed');
    const reason = `GET ${origin}/32: answered 404, expected 200`;
    const failed = await queue.getJob(job.id ?? '');
    expect(failed).toMatchObject({ attemptsMade: 1, failedReason: reason });
    await until('it is told', () => lines.length > 0);
    expect(lines).toEqual([`warning: loop failed for good: ${reason}\n`]);
    expect(stats).toMatchObject({ loops: 0, errors: 1, active: 0 });
  });

  test('is one with a job of another name', async () => {
    const { lines } = await start();
    const job = await queue.add('lunch', {});
    await untilIt(job, 'failed');
    await until('it is told', () => lines.length > 0);
    expect(lines[0]).toMatch(/loop failed for good: a job named "lunch", expected "loop"\n$/);
  });
});

describe('a loop that may go well the next time', () => {
  test('waits for another try', async () => {
    const { origin, stats, lines } = await start(500);
    const job = await queue.add(JOB_NAME, {});
    await untilIt(job, 'delayed');
    await until('it is told', () => lines.length > 0);
    expect(lines).toEqual([
      `warning: loop failed (try 1): GET ${origin}/32: answered 500, expected 200\n`,
    ]);
    expect(stats.errors).toBe(1);
  });

  test('goes well then', async () => {
    const { stats } = await start(500);
    const job = await queue.add(JOB_NAME, {});
    await untilIt(job, 'completed');
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(2);
    await until('the loop is counted', () => stats.loops === 1);
  });

  test('fails for good after the last try', async () => {
    const { lines } = await start(500, 500);
    const job = await queue.add(JOB_NAME, {}, { attempts: 2, backoff: 0 });
    await untilIt(job, 'failed');
    await until('it is told', () => lines.length > 1);
    expect(lines[1]).toMatch(/^warning: loop failed for good: .* answered 500/);
  });
});

describe('a coin', () => {
  test('is told', async () => {
    const { stats, lines } = await start();
    await untilIt(await queue.add(JOB_NAME, {}), 'completed');
    expect(lines).toEqual(['Coin found: 0a0a0a0a...\n']);
    expect(stats.coins).toBe(1);
  });

  test('that is there already counts once', async () => {
    const { stats, lines } = await start();
    for (let n = 0; n < 2; n++) await untilIt(await queue.add(JOB_NAME, {}), 'completed');
    expect(lines.at(-1)).toBe('We already had that coin\n');
    expect(stats.coins).toBe(1);
    expect(await redis.hlen(keys.wallet)).toBe(1);
  });

  test('is on top of the list of the newest, with its miner', async () => {
    await start();
    await untilIt(await queue.add(JOB_NAME, {}), 'completed');
    const [newest] = await redis.lrange(keys.coins, 0, -1);
    const coin = { hash: '0a'.repeat(32), miner: 'miner-1' };
    expect(JSON.parse(newest ?? '')).toMatchObject(coin);
  });
});
