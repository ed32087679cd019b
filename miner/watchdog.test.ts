import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { silentLog as log } from '../tools/stack/log.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker, rngWith, startTestWorker } from '../test/support/worker.ts';
import { Watchdog } from './watchdog.ts';
import type { Activity } from './worker.ts';

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts a worker that looks alive but takes no job. `watch` starts a watchdog with a limit of 20 ms. */
async function start() {
  const server = running.use(await takeRedis());
  const client = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const queue = running.adopt(openQueue(client, log), (it) => it.close());
  const redis = connectWorker(running, server.url);
  const { activity, worker } = await startTestWorker(running, { redis, rng: rngWith() });
  await worker.pause();
  const reasons: string[] = [];
  const checks = countChecks(queue);
  const watch = (watched: Activity = activity) =>
    running.use(
      new Watchdog({ queue, activity: watched, limitMs: 20, onStuck: (why) => reasons.push(why) }),
    );
  const staysQuiet = async (state: string) => {
    const before = checks();
    await until(`it has checked ${state} 20 times`, () => checks() > before + 20);
    expect(reasons).toEqual([]);
  };
  return { queue, redis, reasons, watch, staysQuiet };
}

/** Counts how often the queue is checked. */
function countChecks(queue: LoopQueue): () => number {
  let calls = 0;
  const original = queue.getJobCounts.bind(queue);
  queue.getJobCounts = (...types) => {
    calls++;
    return original(...types);
  };
  return () => calls;
}

test('the watchdog ends a miner that takes no job while jobs wait, but not while the queue is empty or paused', async () => {
  const { queue, reasons, watch, staysQuiet } = await start();
  watch();
  await staysQuiet('an empty queue');
  await queue.pause();
  await queue.add(JOB_NAME, {});
  await staysQuiet('a paused queue');
  await queue.resume();
  await until('it gives up', () => reasons.length > 0);
  expect(reasons).toEqual(['jobs are waiting, but this miner got none for 0.02 s: exiting']);
});

test('the watchdog leaves an idle miner alone while the queue is limited', async () => {
  const { queue, redis, reasons, watch, staysQuiet } = await start();
  await queue.setGlobalConcurrency(1);
  await queue.addBulk([1, 2].map(() => ({ name: JOB_NAME, data: {} })));
  const other = running.adopt(new Worker(QUEUE_NAME, null, { connection: redis }), (it) =>
    it.close(),
  );
  const job = await other.getNextJob('another miner');
  watch();
  await staysQuiet('a queue with a global concurrency of 1, which another miner uses up');

  await queue.setGlobalRateLimit(1, 60_000);
  await redis.set(queue.toKey('limiter'), 1, 'PX', 60_000);
  await queue.removeGlobalConcurrency();
  await staysQuiet('a rate-limited queue');
  await queue.removeGlobalRateLimit();
  await until('it gives up once nothing limits the queue', () => reasons.length > 0);
  await job.moveToCompleted({ hash: '', coin: false }, 'another miner', false);
});

test('the watchdog leaves a miner alone that rests because something was refused', async () => {
  const { queue, reasons, watch } = await start();
  let resting = true;
  let looks = 0;
  watch({
    active: 0,
    ended: 0,
    get resting() {
      looks++;
      return resting;
    },
  });
  await queue.add(JOB_NAME, {});
  await until('it has looked 20 times during the rest', () => looks > 20);
  expect(reasons).toEqual([]);
  resting = false;
  await until('it gives up after the rest', () => reasons.length > 0);
});
