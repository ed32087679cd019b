import { Worker } from 'bullmq';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { workerRedis } from '@dockercoins/common/redis';
import { silentLog as log } from '../testing/log.ts';
import { startTestRedis } from '../testing/redis-server.ts';
import { until } from '../testing/until.ts';
import { startTestWorker } from '../testing/worker.ts';
import { Watchdog } from './watchdog.ts';

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** A worker whose rng answers when `answer` resolves. */
async function start(answer: Promise<unknown>) {
  const server = running.use(await startTestRedis());
  const client = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const queue = running.adopt(openQueue(client, log), (it) => it.close());
  const redis = running.adopt(workerRedis(server.url, log), (it) => it.disconnect());
  const rng = new Hono();
  rng.get('/32', async (c) => {
    await Promise.race([
      answer,
      new Promise((gone) => c.req.raw.signal.addEventListener('abort', gone)),
    ]);
    return c.body(new Uint8Array(32));
  });
  return { queue, redis, ...(await startTestWorker(running, { redis, rng })) };
}

test('a stop finishes the loop under way', async () => {
  const answer = Promise.withResolvers<undefined>();
  const { queue, stats, stop } = await start(answer.promise);
  await queue.add(JOB_NAME, {});
  await until('the loop is under way', () => stats.active === 1);
  const stopped = stop();
  answer.resolve(undefined);
  await stopped;
  expect(await queue.getCompletedCount()).toBe(1);
});

test('a loop that takes too long is handed back on a stop: at once, first in the queue, no try spent', async () => {
  const { queue, stats, stop } = await start(new Promise(() => undefined));
  const job = await queue.add(JOB_NAME, {});
  await until('the loop is under way', () => stats.active === 1);
  await queue.add(JOB_NAME, {});
  await stop(100);
  const [next] = await queue.getWaiting();
  expect(next).toMatchObject({ id: job.id, attemptsMade: 0 });
  expect(await queue.getActiveCount()).toBe(0);
  expect(stats).toMatchObject({ loops: 0, errors: 0, active: 0 });
});

test('the watchdog barks where jobs wait and the worker takes none, and not before', async () => {
  const { queue, stats, worker } = await start(Promise.resolve());
  await worker.pause(); // it looks alive, but it sleeps
  const reasons: string[] = [];
  const looks = watch(queue);
  running.use(new Watchdog({ queue, stats, limitMs: 200, onStuck: (why) => reasons.push(why) }));
  await until('it has looked 20 times at an empty queue', () => looks() > 20);
  expect(reasons).toEqual([]);

  await queue.pause();
  await queue.add(JOB_NAME, {});
  const before = looks();
  await until('it has looked 20 times at a paused queue', () => looks() > before + 20);
  expect(reasons).toEqual([]);

  await queue.resume();
  await until('it barks', () => reasons.length > 0);
  expect(reasons).toEqual(['jobs wait, but this miner got none for 0.2 s: it gives up']);
});

test('the watchdog leaves an idle miner alone while the queue is limited', async () => {
  const { queue, redis: connection, stats, worker } = await start(Promise.resolve());
  await worker.pause();
  await queue.addBulk([1, 2].map(() => ({ name: JOB_NAME, data: {} })));
  const reasons: string[] = [];
  const looks = watch(queue);
  running.use(new Watchdog({ queue, stats, limitMs: 200, onStuck: (why) => reasons.push(why) }));
  const lookedTwenty = async (what: string) => {
    const before = looks();
    await until(`it has looked 20 times at ${what}`, () => looks() > before + 20);
    expect(reasons).toEqual([]);
  };

  await queue.setGlobalConcurrency(1);
  const other = running.adopt(new Worker(QUEUE_NAME, null, { connection }), (it) => it.close());
  const job = await other.getNextJob('another miner');
  await lookedTwenty('a queue with a global concurrency of 1, which another miner uses up');
  await queue.removeGlobalConcurrency();

  await queue.rateLimit(60_000);
  await lookedTwenty('a queue that a busy rng limits');
  await queue.removeRateLimitKey();
  await until('it barks when nothing limits the queue', () => reasons.length > 0);
  await job.moveToCompleted({ hash: '', coin: false }, 'another miner', false);
});

/** Counts how often the queue was checked. */
function watch(queue: LoopQueue): () => number {
  let calls = 0;
  const original = queue.getJobCounts.bind(queue);
  queue.getJobCounts = (...types) => {
    calls++;
    return original(...types);
  };
  return () => calls;
}
