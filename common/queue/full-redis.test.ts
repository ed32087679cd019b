/**
 * What still works while Redis is full. Redis refuses a script at its first command that needs memory, but lets it finish if it
 * has written before. BullMQ's scripts that end a run begin with deleting the job's lock.
 * @module
 */
import { Worker, type Job } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestQueue } from '../../test/support/queue.ts';
import { until } from '../../tools/stack/until.ts';
import { JOB_NAME, QUEUE_NAME } from '../contract.ts';

const { redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
/** Fetches jobs only if the test asks for one. */
let worker: Worker;
beforeEach(() => {
  running = new AsyncDisposableStack();
  worker = running.adopt(new Worker(QUEUE_NAME, null, { connection: redis }), (it) => it.close());
});
afterEach(async () => {
  await redis.config('SET', 'maxmemory', '0');
  await running.disposeAsync();
});

const take = async () => (await worker.getNextJob('token', { block: false })) as Job | undefined;

/** Adds two jobs and takes the first, then fills Redis. */
async function fillRedis(): Promise<Job> {
  await queue.addBulk([1, 2].map(() => ({ name: JOB_NAME, data: {} })));
  const job = await take();
  if (job === undefined) throw new Error('no job');
  await redis.config('SET', 'maxmemory', '1');
  return job;
}

test.each<[string, (job: Job) => Promise<unknown>]>([
  ['no job is added', () => queue.add(JOB_NAME, {})],
  ['no job is fetched', take],
  ['no lock is renewed', ({ id = '' }) => worker.extendJobLocks([id], ['token'], 30_000)],
  [
    'nobody looks for stalled jobs',
    () =>
      (
        worker as unknown as Record<'moveStalledJobsToWait', () => Promise<void>>
      ).moveStalledJobsToWait(),
  ],
])('%s', async (_what, run) => {
  const job = await fillRedis();
  await expect(run(job)).rejects.toThrow('OOM');
});

test('a running job is completed, and the next one is taken in the same step', async () => {
  const job = await fillRedis();
  const next = (await job.moveToCompleted({}, 'token', true)) as unknown[];
  expect(next[1]).toBe('2');
  expect(await queue.getJobCounts('completed', 'active')).toEqual({ completed: 1, active: 1 });
});

test.each<[string, string, (job: Job) => Promise<unknown>]>([
  ['handed back', 'waiting', (job) => job.moveToWait('token')],
  [
    'delayed for its next attempt',
    'delayed',
    (job) => job.moveToFailed(new Error('no luck'), 'token'),
  ],
])('a running job is %s', async (_what, state, end) => {
  const job = await fillRedis();
  await end(job);
  expect(await job.getState()).toBe(state);
});

test('a worker of BullMQ asks again and again, without its pause for connection errors', async () => {
  await fillRedis();
  let refused = 0;
  const eager = new Worker(QUEUE_NAME, () => Promise.resolve({}), {
    connection: redis,
    runRetryDelay: 600_000,
  });
  running.adopt(eager, (it) => it.close());
  eager.on('error', ({ message }) => (refused += message.startsWith('OOM') ? 1 : 0));
  await until('it has asked often', () => refused >= 100);
});
