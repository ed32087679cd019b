import { UnrecoverableError, Worker, type Processor } from 'bullmq';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../tools/stack/log.ts';
import { startTestQueue } from '../../test/support/queue.ts';
import { until } from '../../tools/stack/until.ts';
import { JOB_NAME } from '../contract.ts';
import { openQueue, type LoopQueue } from './queue.ts';
import { queueKey } from './queue-keys.ts';
import { describeRetried, retryFailed, type RetriedJobs } from './retry-failed.ts';

const { redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts a worker that runs until the test ends. */
const startWorker = (processor: Processor, { name } = queue) =>
  running.adopt(new Worker(name, processor, { connection: redis }), (it) => it.close());

/** Adds a job for each reason, and lets a worker fail it for good. */
async function addFailed(reasons: string[], to: LoopQueue = queue): Promise<void> {
  await using worker = new AsyncDisposableStack();
  let next = 0;
  const fail = () => Promise.reject(new UnrecoverableError(reasons[next++]));
  worker.adopt(new Worker(to.name, fail, { connection: redis }), (it) => it.close());
  await to.addBulk(reasons.map(() => ({ name: JOB_NAME, data: {} })));
  await until('all jobs have failed', async () => (await to.getFailedCount()) === reasons.length);
}

describe('the attempts of a job that failed for good', () => {
  /** Lets the only job fail five times, retries it like this, and returns how many more times it runs. */
  async function runsAfter(retry: () => Promise<unknown>): Promise<number> {
    let runs = 0;
    startWorker(() => {
      runs++;
      return Promise.reject(new Error('rng is down'));
    });
    const job = await queue.add(JOB_NAME, {});
    const untilFailed = () =>
      until('the job has failed for good', async () => {
        await queue.promoteJobs(); // do not wait for the delays
        return (await job.getState()) === 'failed';
      });
    await untilFailed();
    expect(runs).toBe(5);
    await retry();
    await untilFailed();
    return runs - 5;
  }

  test('start again', async () => {
    expect(await runsAfter(() => retryFailed([queue]))).toBe(5);
  });

  test.each([
    ['queue.retryJobs', () => queue.retryJobs()],
    ['job.retry, which Bull Board uses,', async () => (await queue.getFailed())[0]?.retry()],
  ])('are used up after %s: it runs once', async (_api, retry) => {
    expect(await runsAfter(retry)).toBe(1);
  });
});

test('jobs of all queues are retried, and counted by reason', async () => {
  const second = running.adopt(openQueue(redis, silentLog, 'loops-2'), (it) => it.close());
  await addFailed(['no response within 100 ms', 'status 404', 'no response within 250 ms']);
  await addFailed(['status 404'], second);
  expect(await retryFailed([queue, second])).toEqual([
    { reason: 'no response within # ms', jobs: 2 },
    { reason: 'status 404', jobs: 2 },
  ]);
  expect(await queue.getJobCounts('failed', 'waiting')).toEqual({ failed: 0, waiting: 3 });
  expect(await second.getJobCounts('failed', 'waiting')).toEqual({ failed: 0, waiting: 1 });
});

test('jobs that someone else removes or retries meanwhile are left out', async () => {
  await addFailed(['a', 'b', 'c']);
  const list = queue.getFailed.bind(queue);
  running.defer(() => void (queue.getFailed = list));
  queue.getFailed = async () => {
    const jobs = await list();
    const [removed, retried] = await list();
    await removed?.remove();
    await retried?.retry();
    return jobs;
  };
  expect(await retryFailed([queue])).toEqual([{ reason: 'a', jobs: 1 }]);
  expect(await queue.getWaitingCount()).toBe(2);
});

test('a job that stalled too often runs again', async () => {
  const reason = 'job stalled more than allowable limit';
  const { id = '' } = await queue.add(JOB_NAME, {});
  await redis.hset(queueKey(id), 'defa', reason); // as the check for stalled jobs does
  startWorker(() => Promise.resolve({}));
  await until('the job has failed', async () => (await queue.getFailedCount()) === 1);
  expect(await retryFailed([queue])).toEqual([{ reason, jobs: 1 }]);
  await until('the job is completed', async () => (await queue.getCompletedCount()) === 1);
});

describe('the result in words', () => {
  test.each<[string, RetriedJobs[], string]>([
    ['no job', [], 'no job has failed for good\n'],
    ['one job', [{ reason: 'x', jobs: 1 }], 'retrying 1 job that had failed for good:\n1  x\n'],
    [
      'the most frequent reason first',
      [
        { reason: 'rare', jobs: 9 },
        { reason: 'frequent', jobs: 12 },
      ],
      'retrying 21 jobs that had failed for good:\n12  frequent\n 9  rare\n',
    ],
    [
      'a line for each reason',
      [{ reason: 'a\n\u001b[2Jb', jobs: 1 }],
      'retrying 1 job that had failed for good:\n1  a  [2Jb\n',
    ],
  ])('%s', (_what, retried, text) => {
    expect(describeRetried(retried)).toBe(text);
  });
});
