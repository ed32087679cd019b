import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import { silentLog as log } from '../tools/stack/log.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker, slowRng, startTestWorker } from '../test/support/worker.ts';

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts a worker whose rng responds when `response` resolves. */
async function start(response: Promise<unknown>) {
  const server = running.use(await takeRedis());
  const client = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const queue = running.adopt(openQueue(client, log), (it) => it.close());
  const redis = connectWorker(running, server.url);
  return { queue, ...(await startTestWorker(running, { redis, rng: slowRng(response) })) };
}

test('a stopped worker finishes its running loop', async () => {
  const response = Promise.withResolvers<undefined>();
  const { queue, stats, stop } = await start(response.promise);
  await queue.add(JOB_NAME, {});
  await until('the loop is running', () => stats.active === 1);
  const stopped = stop();
  response.resolve(undefined);
  await stopped;
  expect(await queue.getCompletedCount()).toBe(1);
});

test('a stopped worker hands back a loop that takes too long, to the front of the queue and without using up an attempt', async () => {
  const { queue, stats, stop } = await start(new Promise(() => undefined));
  const job = await queue.add(JOB_NAME, {});
  await until('the loop is running', () => stats.active === 1);
  await queue.add(JOB_NAME, {});
  await stop(100);
  const [next] = await queue.getWaiting();
  expect(next).toMatchObject({ id: job.id, attemptsMade: 0 });
  expect(await queue.getActiveCount()).toBe(0);
  expect(stats).toMatchObject({ loops: 0, errors: 0, active: 0 });
});
