/**
 * Two versions of BullMQ on one queue, as during a rolling upgrade.
 * @module
 */
import { MetricsTime, Queue, Worker, type Job } from 'bullmq';
import * as previous from 'bullmq-previous';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestQueue } from '../../test/support/queue.ts';
import { until } from '../../tools/stack/until.ts';
import { expireLock, findStalledJob } from '../../test/support/worker.ts';
import { JOB_NAME, QUEUE_NAME } from '../contract.ts';
import { queueKeys } from './queue-keys.ts';

const { redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Their types differ in private members only. */
const VERSIONS = {
  old: previous as unknown as { Queue: typeof Queue; Worker: typeof Worker },
  new: { Queue, Worker },
};
type Version = keyof typeof VERSIONS;
const versions = Object.keys(VERSIONS) as Version[];

/** Everything uses the same connection: the scripts of the versions have different names. */
const options = { connection: redis, metrics: { maxDataPoints: MetricsTime.ONE_WEEK } };

const open = (version: Version) =>
  running.adopt(new VERSIONS[version].Queue(QUEUE_NAME, options), (it) => it.close());

/** Starts a worker; without a processor, the test fetches the jobs itself. */
function start(version: Version, process: ((job: { id?: string }) => Promise<void>) | null = null) {
  return running.adopt(new VERSIONS[version].Worker(QUEUE_NAME, process, options), (it) =>
    it.close(),
  );
}

const exactCount = async () => (await queue.getMetrics('completed', 0, 0)).meta.count;

describe.each(versions)('a job that the %s version added', (adds) => {
  test.each(versions)('is completed and counted by the %s one', async (works) => {
    const { id = '' } = await open(adds).add(JOB_NAME, { some: 'data' });
    const worker = start(works);
    const job = (await worker.getNextJob('token')) as Job | undefined;
    expect(job).toMatchObject({ id, data: { some: 'data' } });
    await job?.moveToCompleted({}, 'token', false);
    expect(await queue.getJobState(id)).toBe('completed');
    expect(await exactCount()).toBe(1);
  });

  test.each(versions)('and its worker abandoned is found by the %s one', async (finds) => {
    const { id = '' } = await open(adds).add(JOB_NAME, {});
    await start(adds).getNextJob('token');
    await expireLock(redis, id);
    await findStalledJob(start(finds), redis);
    expect(await queue.getJobState(id)).toBe('waiting');
  });

  test.each(versions)('and that failed is retried by the %s one', async (retries) => {
    const { id = '' } = await open(adds).add(JOB_NAME, {}, { attempts: 2 });
    const job = (await start(adds).getNextJob('first')) as Job | undefined;
    await job?.moveToFailed(new Error('no luck'), 'first', false);
    const again = await start(retries).getNextJob('second');
    expect(again).toMatchObject({ id, attemptsMade: 1 });
  });
});

test('while workers of both versions run, no job is lost, and none runs twice', async () => {
  const runs = new Map<string, number>();
  const process = ({ id = '' }) => {
    runs.set(id, (runs.get(id) ?? 0) + 1);
    return Promise.resolve();
  };
  const jobs = Array.from({ length: 200 }, () => ({ name: JOB_NAME, data: {} }));
  for (const version of versions) start(version, process);
  await Promise.all(versions.map((version) => open(version).addBulk(jobs)));
  await until('all jobs are completed', async () => (await exactCount()) === 400);
  expect(runs.size).toBe(400);
  expect(new Set(runs.values())).toEqual(new Set([1]));
});

test('a job keeps the options with which it was added; the rest is up to the worker', async () => {
  const earlier = running.adopt(
    new Queue(QUEUE_NAME, { connection: redis, defaultJobOptions: { attempts: 2 } }),
    (it) => it.close(),
  );
  const { id = '' } = await earlier.add(JOB_NAME, {});
  expect(queue.defaultJobOptions.attempts).toBe(5);
  expect((await queue.getJob(id))?.opts.attempts).toBe(2);

  const worker = new Worker(QUEUE_NAME, null, { connection: redis, lockDuration: 7000 });
  running.adopt(worker, (it) => it.close());
  await worker.getNextJob('token');
  expect(await redis.pttl(queueKeys().lock(id))).toBeLessThanOrEqual(7000);
});
