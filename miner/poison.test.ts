import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { startTestQueue } from '../test/support/queue.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker, startTestWorker } from '../test/support/worker.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

test('a poison job fails on each attempt and ends among the failed jobs; the others are not affected', async () => {
  let requests = 0;
  const rng = new Hono().get('/32', (c) => {
    requests++;
    return c.body(new Uint8Array(32));
  });
  const connection = connectWorker(running, server.url);
  const opts = { attempts: 3, backoff: { type: 'fixed', delay: 10 } };
  await queue.addBulk(
    Array.from({ length: 9 }, (_, n) => ({
      name: JOB_NAME,
      data: n % 3 === 2 ? ({ poison: true } as const) : {},
      opts,
    })),
  );
  const { stats } = await startTestWorker(running, { redis: connection, rng });
  await until('all jobs are finished', async () => {
    const { completed = 0, failed = 0 } = await queue.getJobCounts('completed', 'failed');
    return completed + failed === 9;
  });
  const failed = await queue.getFailed();
  expect(failed).toHaveLength(3);
  for (const job of failed) {
    expect(job).toMatchObject({ data: { poison: true }, attemptsMade: 3 });
    expect(job.failedReason).toBe('poison: every attempt to run this job fails');
  }
  expect((await queue.getMetrics('completed', 0, 0)).meta.count).toBe(6);
  await until('all loops are counted', () => stats.loops === 6 && stats.errors === 9);
  expect(requests).toBe(6);
  expect(await redis.hlen(keys.wallet)).toBe(1); // the hasher of the tests finds the same coin each time
});
