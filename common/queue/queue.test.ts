import { Worker, type JobsOptions, type Processor } from 'bullmq';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestQueue } from '../../test/support/queue.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { until } from '../../tools/stack/until.ts';
import { JOB_NAME, QUEUE_NAME } from '../contract.ts';
import { openQueue } from './queue.ts';
import { failFastRedis } from './redis.ts';
import { queueKey } from './queue-keys.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const fail: Processor = () => Promise.reject(new Error('rng is down'));
const succeed: Processor = () => Promise.resolve({});

/** Starts a worker that runs until the test ends. */
const startWorker = (processor: Processor) =>
  running.adopt(new Worker(QUEUE_NAME, processor, { connection: redis, concurrency: 50 }), (it) =>
    it.close(),
  );

const addJobs = (count: number, opts: JobsOptions = {}) =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: {}, opts })));

test('a queue needs no answer to an INFO, which Redis may refuse, or be too slow for', async () => {
  await redis.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-info');
  running.defer(() => redis.call('ACL', 'DELUSER', 'limited').then(() => undefined));
  const url = server.url.replace('//', '//limited:secret@');
  const limited = running.adopt(failFastRedis({ REDIS_URL: url }, silentLog), (it) =>
    it.disconnect(),
  );
  const opened = running.adopt(openQueue(limited, silentLog), (it) => it.close());
  expect(await opened.getWaitingCount()).toBe(0);
});

describe('retries', () => {
  /** Fails 50 jobs and returns how long each waits for its second attempt, in milliseconds. */
  async function firstDelays(opts?: JobsOptions): Promise<number[]> {
    const delays: number[] = [];
    startWorker(fail).on('failed', (job) => {
      if (job?.attemptsMade === 1) delays.push(job.delay);
    });
    await addJobs(50, opts);
    await until('all jobs have failed once', () => delays.length === 50);
    return delays;
  }

  test('of jobs that failed together are spread out', async () => {
    const delays = await firstDelays();
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(250);
    expect(Math.max(...delays)).toBeLessThanOrEqual(500);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  test('of jobs that failed together coincide without jitter', async () => {
    const delays = await firstDelays({ backoff: { type: 'exponential', delay: 500 } });
    expect(new Set(delays)).toEqual(new Set([500]));
  });

  test('come after delays that double, and end with the fifth attempt', async () => {
    const delays: number[] = [];
    startWorker(fail).on('failed', (job) => {
      if (job !== undefined && job.attemptsMade < 5) delays.push(job.delay);
    });
    const job = await queue.add(JOB_NAME, {});
    await until('the job has failed', async () => {
      await queue.promoteJobs(); // do not wait for the delays
      return (await job.getState()) === 'failed';
    });
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(5);
    expect(delays).toHaveLength(4);
    for (const [index, longest] of [500, 1000, 2000, 4000].entries()) {
      expect(delays[index]).toBeGreaterThanOrEqual(longest / 2);
      expect(delays[index]).toBeLessThanOrEqual(longest);
    }
  });
});

describe('retention', () => {
  test.each([
    ['completed', succeed],
    ['failed', fail],
  ] as const)('removes %s jobs beyond the newest 1,000', async (state, processor) => {
    const [oldest] = await addJobs(1050, { attempts: 1 });
    startWorker(processor);
    await until('all jobs are finished', async () => {
      const { waiting, active } = await queue.getJobCounts('waiting', 'active');
      return waiting === 0 && active === 0;
    });
    expect(await queue.getJobCountByTypes(state)).toBe(1000);
    expect(await queue.getJob(oldest?.id ?? '')).toBeUndefined();
  });

  test('removes events beyond about the newest 5,000', async () => {
    const reopened = running.adopt(openQueue(redis, silentLog), (it) => it.close()); // stores the limit
    await reopened.waitUntilReady();
    await addJobs(3000); // two events each
    const kept = await redis.xlen(queueKey('events'));
    expect(kept).toBeGreaterThanOrEqual(5000);
    expect(kept).toBeLessThanOrEqual(5200); // Redis trims streams by whole nodes of 100 entries
  });

  test('removes a failed job that is older than a day, but only when another job fails', async () => {
    startWorker(fail);
    const isFailed = (id = '') =>
      until('the job has failed', async () => (await queue.getJobState(id)) === 'failed');
    const [old] = await addJobs(1, { attempts: 1 });
    await isFailed(old?.id);
    const yesterday = Date.now() - 25 * 3600 * 1000;
    await redis.zadd(queueKey('failed'), yesterday, old?.id ?? '');
    expect(await queue.getFailedCount()).toBe(1);
    const [recent] = await addJobs(1, { attempts: 1 });
    await isFailed(recent?.id);
    expect((await queue.getFailed()).map(({ id }) => id)).toEqual([recent?.id]);
  });
});
