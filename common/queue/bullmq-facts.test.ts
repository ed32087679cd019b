/**
 * Statements of `docs/bullmq.md` about BullMQ that no other test needs. A new version that changes one fails here.
 * @module
 */
import {
  Queue,
  WaitingError,
  Worker,
  type Job,
  type JobsOptions,
  type LockManager,
  type Processor,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestQueue } from '../../test/support/queue.ts';
import { until } from '../../tools/stack/until.ts';
import { expireLock, findStalledJob } from '../../test/support/worker.ts';
import { JOB_NAME, QUEUE_NAME } from '../contract.ts';
import { queueKey } from './queue-keys.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts a worker that only fetches jobs when the test asks for one. */
const startWorker = (options: Partial<WorkerOptions> = {}) =>
  running.adopt(new Worker(QUEUE_NAME, null, { connection: redis, ...options }), (it) =>
    it.close(),
  );

const take = async (worker: Worker, token = 'token') =>
  (await worker.getNextJob(token, { block: false })) as Job | undefined;

const addJobs = (count: number, opts: JobsOptions = {}) =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: {}, opts })));

describe('limits', () => {
  test("a worker's limiter replaces the duration of the queue's rate limit, but not its number of jobs", async () => {
    await queue.setGlobalRateLimit(2, 600_000);
    await addJobs(3);
    const worker = startWorker({ limiter: { max: 1000, duration: 60_000 } });
    await take(worker);
    expect(await redis.pttl(queueKey('limiter'))).toBeLessThanOrEqual(60_000);
    expect(await take(worker)).toBeDefined();
    expect(await take(worker)).toBeUndefined();
  });

  test('a worker without a limiter keeps to the rate limit of the queue', async () => {
    await queue.setGlobalRateLimit(2, 600_000);
    await addJobs(3);
    const worker = startWorker();
    await take(worker);
    expect(await redis.pttl(queueKey('limiter'))).toBeGreaterThan(60_000);
    expect(await take(worker)).toBeDefined();
    expect(await take(worker)).toBeUndefined();
  });

  test('queue.rateLimit ends the current window of that limit early', async () => {
    await queue.setGlobalRateLimit(1, 600_000);
    await addJobs(2);
    await take(startWorker());
    await queue.rateLimit(1);
    await until('the next job is taken', async () => (await take(startWorker())) !== undefined);
  });

  test('queue.rateLimit(0) is an error', async () => {
    await expect(queue.rateLimit(0)).rejects.toThrow('invalid expire time');
  });

  test('worker.rateLimit still exists', async () => {
    // oxlint-disable-next-line typescript/no-deprecated -- which is the statement
    await startWorker().rateLimit(60_000);
    expect(await redis.pttl(queueKey('limiter'))).toBeGreaterThan(0);
  });
});

describe('connections', () => {
  test('keyPrefix is refused for a client, and not noticed in options', async () => {
    const client = new Redis(server.url, { keyPrefix: 'mine:', lazyConnect: true });
    running.defer(() => client.disconnect());
    expect(() => new Queue(QUEUE_NAME, { connection: client })).toThrow('use the prefix option');
    const connection = { url: server.url, keyPrefix: 'mine:' };
    const prefixed = running.adopt(new Queue(QUEUE_NAME, { connection }), (it) => it.close());
    await prefixed.waitUntilReady();
  });

  test('a client that is passed stays open', async () => {
    const client = running.adopt(new Redis(server.url, { maxRetriesPerRequest: null }), (it) =>
      it.disconnect(),
    );
    const worker = new Worker(QUEUE_NAME, null, { connection: client });
    await worker.waitUntilReady();
    await worker.close();
    expect(await client.ping()).toBe('PONG');
  });

  test('errors without a listener are printed', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    running.defer(() => printed.mockRestore());
    startWorker().emit('error', new Error('unheard'));
    expect(printed).toHaveBeenCalledOnce();
  });

  test('closing a worker again, by force, waits for the first close', async () => {
    const result = Promise.withResolvers<object>();
    const worker = new Worker(QUEUE_NAME, () => result.promise, { connection: redis });
    const [job] = await addJobs(1);
    await until('the job is active', async () => (await job?.getState()) === 'active');
    const closed: string[] = [];
    const first = worker.close().then(() => closed.push('first'));
    const second = worker.close(true).then(() => closed.push('second'));
    await startWorker().close(); // as long as a close takes
    expect(closed).toEqual([]);
    result.resolve({});
    await Promise.all([first, second]);
  });
});

describe('jobs', () => {
  test('have one attempt by default, and keep only the message and the stack of an error', async () => {
    const plain = running.adopt(new Queue(QUEUE_NAME, { connection: redis }), (it) => it.close());
    const { id = '' } = await plain.add(JOB_NAME, {});
    const job = await take(startWorker());
    await job?.moveToFailed(Object.assign(new Error('no bytes'), { status: 'lost' }), 'token');
    const failed = await queue.getJob(id);
    expect(failed).toMatchObject({ failedReason: 'no bytes', attemptsMade: 1 });
    expect(await failed?.getState()).toBe('failed');
    expect(JSON.stringify(await redis.hgetall(queueKey(id)))).not.toContain('lost');
  });

  test('a job option overrides the same option of the worker', async () => {
    const [job] = await addJobs(1, { removeOnComplete: false });
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve({}), {
      connection: redis,
      removeOnComplete: { count: 0 },
    });
    running.adopt(worker, (it) => it.close());
    await until('it is kept', async () => (await job?.getState()) === 'completed');
  });

  test('maxStartedAttempts fails a job that was started too often', async () => {
    const [job] = await addJobs(1);
    const handsBack = startWorker();
    for (const token of ['a', 'b']) await (await take(handsBack, token))?.moveToWait(token);
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve({}), {
      connection: redis,
      maxStartedAttempts: 2,
    });
    running.adopt(worker, (it) => it.close());
    await until('it has failed', async () => (await job?.getState()) === 'failed');
    const { failedReason } = (await queue.getJob(job?.id ?? '')) ?? {};
    expect(failedReason).toBe('job started more than allowable limit');
  });

  test('a log takes lines without a lock, keeps all of them unless told otherwise, and goes with its job', async () => {
    const [job] = await addJobs(1);
    const id = job?.id ?? '';
    const lines = async () => (await queue.getJobLogs(id)).logs;
    for (const line of ['a', 'b', 'c']) await job?.log(line);
    expect(await lines()).toEqual(['a', 'b', 'c']);
    await queue.addJobLog(id, 'd', 2);
    expect(await lines()).toEqual(['c', 'd']);
    await job?.remove();
    expect(await redis.exists(queueKey(`${id}:logs`))).toBe(0);
    await expect(queue.addJobLog(id, 'e')).rejects.toThrow('Missing key');
  });

  test('a full Redis refuses to read a log with getJobLogs, but not its list', async () => {
    const [job] = await addJobs(1);
    await job?.log('a');
    await redis.config('SET', 'maxmemory', '1');
    const reading = queue.getJobLogs(job?.id ?? '').catch((err: unknown) => err);
    const [refusal, lines] = await Promise.all([
      reading,
      redis.lrange(queueKey(`${job?.id}:logs`), 0, -1),
    ]);
    await redis.config('SET', 'maxmemory', '0');
    expect(refusal).toBeInstanceOf(Error);
    expect(lines).toEqual(['a']);
  });

  test('a result is kept by the job, and by the event of its completion', async () => {
    await addJobs(1);
    const job = await take(startWorker());
    await job?.moveToCompleted({ hash: 'f' }, 'token', false);
    const events = await redis.xrevrange(queueKey('events'), '+', '-');
    const event = events.find(([, fields]) => fields.includes('completed'))?.[1];
    expect(event).toContain('{"hash":"f"}');
    expect((await queue.getJob(job?.id ?? ''))?.returnvalue).toEqual({ hash: 'f' });
  });

  test('moveToWait puts a job back to the front', async () => {
    const [first] = await addJobs(2);
    const worker = startWorker();
    await (await take(worker))?.moveToWait('token');
    expect(await take(worker)).toMatchObject({ id: first?.id, attemptsMade: 0 });
  });

  test.each<[string, Processor, boolean]>([
    ['declares three parameters', (_job, _token, signal) => Promise.resolve(!!signal), true],
    ['has a default', (_job, token = '', signal) => Promise.resolve(!!token && !!signal), false],
    ['has rest parameters', (...args) => Promise.resolve(!!args[2]), false],
  ])('a processor that %s: is the signal passed?', async (_what, process, isPassed) => {
    const [job] = await addJobs(1);
    running.adopt(new Worker(QUEUE_NAME, process, { connection: redis }), (it) => it.close());
    await until('it is completed', async () => (await job?.getState()) === 'completed');
    expect((await queue.getJob(job?.id ?? ''))?.returnvalue).toBe(isPassed);
  });

  /** Starts a worker with two slots whose runs call `run`, then last until the test ends. Returns the worker and its runs. */
  function startTwoSlots(
    run: (job: Job, token: string) => Promise<void> = () => Promise.resolve(),
  ) {
    const runs: AbortSignal[] = [];
    const end = Promise.withResolvers<object>();
    const process: Processor = async (job, token, signal) => {
      if (signal !== undefined) runs.push(signal);
      await run(job, token ?? '');
      return end.promise;
    };
    const worker = new Worker(QUEUE_NAME, process, { connection: redis, concurrency: 2 });
    running.adopt(worker, (it) => it.close());
    running.defer(() => end.resolve({}));
    return { worker, runs };
  }

  test('cancelJob goes by id: if a worker takes its own stalled job again, the newer run is canceled', async () => {
    const { worker, runs } = startTwoSlots();
    const [{ id = '' } = {}] = await addJobs(1);
    await until('the job runs', () => runs.length === 1);
    await expireLock(redis, id);
    await findStalledJob(worker, redis);
    await until('it runs twice', () => runs.length === 2);
    worker.cancelJob(id);
    expect(runs.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  test('cancelAllJobs misses a job that one slot handed back and another has taken already', async () => {
    let isHandedBack = false;
    const { worker, runs } = startTwoSlots(async (job, token) => {
      if (isHandedBack) return;
      isHandedBack = true;
      await job.moveToWait(token);
      await until('the other slot has taken the job', () => runs.length === 2);
      throw new WaitingError(); // ends this run, which untracks the job's id
    });
    await addJobs(1);
    const { lockManager } = worker as unknown as { lockManager: LockManager }; // protected
    await until(
      'nothing is tracked',
      () => runs.length === 2 && lockManager.getActiveJobCount() === 0,
    );
    worker.cancelAllJobs();
    expect(runs.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});

describe('counts', () => {
  test('of failures cover jobs, not attempts, until obliterate resets them', async () => {
    const worker = startWorker({ metrics: { maxDataPoints: 10 } });
    const count = async () => (await queue.getMetrics('failed', 0, 0)).meta.count;
    await addJobs(1, { attempts: 2, backoff: 0 });
    const fail = async () => (await take(worker))?.moveToFailed(new Error('no luck'), 'token');
    await fail();
    expect(await count()).toBe(0);
    await fail();
    expect(await count()).toBe(1);
    await queue.obliterate({ force: true });
    expect(await count()).toBe(0);
  });
});

describe('what older tutorials say', () => {
  test('debounce throws', async () => {
    const opts = { debounce: { id: 'x' } } as JobsOptions;
    await expect(queue.add(JOB_NAME, {}, opts)).rejects.toThrow('Use deduplication');
  });

  test('repeat is ignored: the job runs once', async () => {
    const opts = { repeat: { every: 1 } } as JobsOptions;
    await queue.add(JOB_NAME, {}, opts);
    await (await take(startWorker()))?.moveToCompleted({}, 'token', false);
    expect(await queue.getJobCounts('waiting', 'delayed', 'completed')).toEqual({
      waiting: 0,
      delayed: 0,
      completed: 1,
    });
  });

  test('QueueScheduler is gone, and a queue has no client', async () => {
    expect(await import('bullmq')).not.toHaveProperty('QueueScheduler');
    expect(queue).not.toHaveProperty('client');
  });
});
