import { once } from 'node:events';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { freePort } from '../test/support/free-port.ts';
import { startTestQueue } from '../test/support/queue.ts';
import { startSilentProxy } from '../test/support/silent-proxy.ts';
import { until } from '../tools/stack/until.ts';
import {
  connectWorker,
  expireLock,
  findStalledJob,
  rngWith,
  startTestWorker,
} from '../test/support/worker.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const LOCK_MS = 20_000;

async function startMiner(url = server.url) {
  const connection = connectWorker(running, url);
  const options = { redis: connection, rng: rngWith(), lockMs: LOCK_MS };
  return { ...(await startTestWorker(running, options)), connection };
}

const isCompleted = (id = '') =>
  until('the job is completed', async () => (await queue.getJobState(id)) === 'completed');

const exactCount = async () => (await queue.getMetrics('completed', 0, 0)).meta.count;

describe('the count of completed jobs', () => {
  test('is exact if a job runs twice; a counter in the processor counts both runs', async () => {
    const first = new Worker(
      QUEUE_NAME,
      async () => {
        await redis.incr('counted in the processor');
        await new Promise(() => undefined);
      },
      { connection: redis },
    );
    const { id = '' } = await queue.add(JOB_NAME, {});
    await until('the first run has counted', () =>
      redis.exists('counted in the processor').then(Boolean),
    );
    await first.close(true); // as if it were killed
    await expireLock(redis, id);

    const second = new Worker(QUEUE_NAME, () => redis.incr('counted in the processor'), {
      connection: redis,
      metrics: { maxDataPoints: 1 },
    });
    running.adopt(second, (it) => it.close());
    await findStalledJob(second, redis);
    await isCompleted(id);
    expect(await redis.get('counted in the processor')).toBe('2');
    expect(await exactCount()).toBe(1);
  });

  test('is exact if the reply to a completion is lost; a counter of completed events misses the job', async () => {
    const proxy = running.use(await startSilentProxy(server.port, await freePort()));
    const { connection, worker, stats } = await startMiner(`redis://127.0.0.1:${proxy.port}`);
    const first = await queue.add(JOB_NAME, {}); // loads BullMQ's script, so the next job completes in one command
    await isCompleted(first.id);
    await until('the event has been counted', () => stats.loops === 1);

    const completionSent = proxy.swallowAfter('returnvalue');
    const { id } = await queue.add(JOB_NAME, {});
    await completionSent;
    await isCompleted(id);
    const refused = once(worker, 'error');
    (connection as Redis).stream.destroy(); // its commands are sent again
    const [err] = (await refused) as [Error];
    expect(err.message).toMatch(/^Missing lock/);
    expect(stats).toMatchObject({ loops: 1, errors: 0 });
    expect(await redis.get(keys.hashes)).toBe('1');
    expect(await exactCount()).toBe(2);
  });

  test('excludes jobs of a worker without the metrics option', async () => {
    const uncounted = new Worker(QUEUE_NAME, () => Promise.resolve({}), { connection: redis });
    running.adopt(uncounted, (it) => it.close());
    await isCompleted((await queue.add(JOB_NAME, {})).id);
    expect(await exactCount()).toBe(0);
  });
});

describe('a job whose miner died twice', () => {
  /** Adds a job, lets a worker die with it, and lets another one hold it. Returns its id. */
  async function addUnluckyJob(): Promise<string> {
    const { id = '' } = await queue.add(JOB_NAME, {});
    await using workers = new AsyncDisposableStack();
    const start = () =>
      workers.adopt(new Worker(QUEUE_NAME, null, { connection: redis }), (it) => it.close());
    const doomed = start();
    await doomed.getNextJob('first', { block: false });
    await expireLock(redis, id);
    await findStalledJob(start(), redis);
    expect(await queue.getJobState(id)).toBe('waiting');
    await doomed.getNextJob('second', { block: false });
    await expireLock(redis, id);
    return id;
  }

  test('is mined by the next miner', async () => {
    const id = await addUnluckyJob();
    const { worker } = await startMiner();
    expect(worker.opts).toMatchObject({ lockDuration: LOCK_MS, stalledInterval: LOCK_MS });
    await findStalledJob(worker, redis);
    await isCompleted(id);
    expect(await queue.getJob(id)).toMatchObject({ stalledCounter: 2, attemptsMade: 1 });
  });

  test('fails with the default maxStalledCount of BullMQ, although no attempt failed', async () => {
    const id = await addUnluckyJob();
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve({}), { connection: redis });
    running.adopt(worker, (it) => it.close());
    await findStalledJob(worker, redis);
    await until('the job has failed', async () => (await queue.getJobState(id)) === 'failed');
    const failedReason = 'job stalled more than allowable limit';
    expect(await queue.getJob(id)).toMatchObject({ stalledCounter: 2, failedReason });
  });
});
