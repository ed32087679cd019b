import { Worker, type Job } from 'bullmq';
import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { endedRun } from '@dockercoins/common/reports';
import { recordingLog } from '../tools/stack/log.ts';
import { until } from '../tools/stack/until.ts';
import { startTestQueue } from '../test/support/queue.ts';
import {
  connectWorker,
  expireLock,
  findStalledJob,
  rngWith,
  slowRng,
  startTestWorker,
} from '../test/support/worker.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts miner-1, which runs until the test ends. */
async function startMiner(rng: Hono) {
  const { log, lines } = recordingLog();
  const connection = connectWorker(running, server.url, log);
  const miner = await startTestWorker(running, { redis: connection, rng, log });
  return { ...miner, connection, lines };
}

const untilState = ({ id = '' }: Job, state: string) =>
  until(`the job is ${state}`, async () => (await queue.getJobState(id)) === state);

const linesOf = async ({ id = '' }: Job) => redis.lrange(queueKeys().log(id), 0, -1);

/** Returns what the log of a job says, once it has this many lines. */
async function untilLogged(job: Job, count: number) {
  const lines = await until(`${count} lines are in the log`, async () => {
    const found = await linesOf(job);
    return found.length === count && found;
  });
  return lines.map((line) => endedRun.parse(JSON.parse(line)));
}

describe('the log of a job', () => {
  test('is empty if its first run completes it', async () => {
    await startMiner(rngWith());
    const job = await queue.add(JOB_NAME, {});
    await untilState(job, 'completed');
    expect(await linesOf(job)).toEqual([]);
  });

  test('has a line for each attempt that failed: which run, when, for how long, where, and why', async () => {
    const before = Date.now();
    const { origin } = await startMiner(rngWith(500, 500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 0 });
    await untilState(job, 'completed');
    const runs = await untilLogged(job, 2);
    const reason = `GET ${origin}/32: expected status 200, got 500`;
    const failed = { end: 'failed', miner: 'miner-1', reason };
    expect(runs).toMatchObject([
      { run: 1, ...failed },
      { run: 2, ...failed },
    ]);
    for (const { at, ms = NaN } of runs) {
      expect(at - ms).toBeGreaterThanOrEqual(before - 1); // the clock of the miner may round
      expect(at).toBeLessThanOrEqual(Date.now() + 1);
      expect(ms).toBeGreaterThanOrEqual(0);
    }
  });

  test('has a line for the attempt with which it failed for good', async () => {
    await startMiner(rngWith(404));
    const job = await queue.add(JOB_NAME, {});
    await untilState(job, 'failed');
    expect(await untilLogged(job, 1)).toMatchObject([{ run: 1, end: 'failed' }]);
  });

  test('has a line for each time that it was handed back', async () => {
    const { origin } = await startMiner(rngWith(503, 503));
    const job = await queue.add(JOB_NAME, {});
    await untilState(job, 'completed');
    const reason = `GET ${origin}/32: expected status 200, got 503`;
    expect(await untilLogged(job, 2)).toMatchObject([
      { run: 1, end: 'handed back', miner: 'miner-1', reason },
      { run: 2, end: 'handed back', miner: 'miner-1', reason },
    ]);
  });

  test('says if the miner was shutting down', async () => {
    const { stats, stop } = await startMiner(slowRng(new Promise(() => undefined)));
    const job = await queue.add(JOB_NAME, {});
    await until('the loop is running', () => stats.active === 1);
    await stop(0);
    expect(await untilLogged(job, 1)).toMatchObject([
      { run: 1, end: 'handed back', reason: 'shutting down' },
    ]);
  });

  test('keeps the newest ten lines, of 200 characters of a reason each', async () => {
    const statuses = Array.from({ length: 12 }, () => 503 as const);
    await startMiner(rngWith(...statuses));
    const job = await queue.add(JOB_NAME, {});
    await untilState(job, 'completed');
    const poison = await queue.add('x'.repeat(5000), {});
    await untilState(poison, 'failed');
    const [failed] = await untilLogged(poison, 1);
    expect(failed?.reason).toHaveLength(200);
    const runs = await untilLogged(job, 10);
    await until('the newest is there', async () => (await untilLogged(job, 10)).at(-1)?.run === 12);
    expect(runs).toHaveLength(10);
  });

  test('is removed with it', async () => {
    await startMiner(rngWith(500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 0, removeOnComplete: { count: 1 } });
    await untilState(job, 'completed');
    await untilLogged(job, 1);
    await untilState(
      await queue.add(JOB_NAME, {}, { removeOnComplete: { count: 1 } }),
      'completed',
    );
    expect(await queue.getJob(job.id ?? '')).toBeUndefined();
    expect(await linesOf(job)).toEqual([]);
  });
});

describe('of a job that stalled, the log', () => {
  /** Lets a worker named miner-9 die with a job. */
  async function addAbandoned(): Promise<Job> {
    const job = await queue.add(JOB_NAME, {});
    const doomed = new Worker(QUEUE_NAME, null, { connection: redis, name: 'miner-9' });
    await doomed.getNextJob('token', { block: false });
    await doomed.close();
    await expireLock(redis, job.id ?? '');
    return job;
  }

  test('names the miner that had it, and for how long', async () => {
    const before = Date.now();
    const job = await addAbandoned();
    await queue.pause(); // so that nobody takes it again
    const { worker } = await startMiner(rngWith());
    await findStalledJob(worker, redis);
    const [stalled] = await untilLogged(job, 1);
    expect(stalled).toMatchObject({ run: 1, end: 'stalled', miner: 'miner-9' });
    expect((stalled?.at ?? NaN) - (stalled?.ms ?? NaN)).toBeGreaterThanOrEqual(before - 1);
    expect(stalled).not.toHaveProperty('reason');
  });

  test('does not blame the miner that has taken it since', async () => {
    const job = await addAbandoned();
    await queue.pause();
    const { worker, connection } = await startMiner(rngWith());
    const eval_ = connection.eval.bind(connection);
    // Another miner takes the job before this one asks who had it.
    const other = new Worker(QUEUE_NAME, null, { connection: redis, name: 'miner-8' });
    running.adopt(other, (it) => it.close());
    const taken = Promise.withResolvers<undefined>();
    connection.eval = (async (...args: Parameters<typeof eval_>) => {
      if (args.includes(queueKeys().lock(job.id ?? ''))) {
        await worker.pause(true);
        await queue.resume();
        await other.getNextJob('another token', { block: false });
        taken.resolve(undefined);
      }
      return eval_(...args);
    }) as typeof connection.eval;
    await findStalledJob(worker, redis);
    await taken.promise;
    const [stalled] = await untilLogged(job, 1);
    expect(stalled).toMatchObject({ run: 1, end: 'stalled' });
    expect(stalled).not.toHaveProperty('miner');
  });
});

describe('a line is missing,', () => {
  test('and nothing else changes, if Redis refuses it', async () => {
    const { lines } = await startMiner(rngWith(500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 0 });
    await redis.set(queueKeys().log(job.id ?? ''), 'not a list');
    await untilState(job, 'completed');
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(2);
    await until('the failure is logged', () => lines.length > 0);
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringMatching(/^warning: loop failed \(attempt 1\)/),
    ]);
  });

  test('if the run has lost its lock: the job is no longer its own', async () => {
    const response = Promise.withResolvers<undefined>();
    const { stats, worker } = await startMiner(slowRng(response.promise));
    const job = await queue.add(JOB_NAME, {});
    await until('the loop is running', () => stats.active === 1);
    await redis.set(queueKeys().lock(job.id ?? ''), 'another miner');
    await worker['lockManager']['extendLocks']([job.id ?? '']); // what it does every few seconds
    await until('the loop is canceled', () => stats.active === 0);
    response.resolve(undefined);
    await untilState(await queue.add(JOB_NAME, {}), 'completed');
    expect(await linesOf(job)).toEqual([]);
  });

  test('if the lock is lost just before the job is handed back', async () => {
    const { stats, lines, stop } = await startMiner(slowRng(new Promise(() => undefined)));
    const job = await queue.add(JOB_NAME, {});
    await until('the loop is running', () => stats.active === 1);
    await redis.set(queueKeys().lock(job.id ?? ''), 'another miner');
    await stop(0);
    expect(await linesOf(job)).toEqual([]);
    expect(await queue.getJobState(job.id ?? '')).toBe('active');
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([]);
  });
});
