/**
 * Why BullMQ's own means do not keep a backlog, as lease and refill do (`docs/bullmq.md`, lesson 2).
 * @module
 */
import { Worker, type Job } from 'bullmq';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestQueue } from '../test/support/queue.ts';
import { expireLock, findStalledJob } from '../test/support/worker.ts';
import { backlogOf } from './refill.ts';

const { redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts a worker that only fetches jobs when the test asks for one. */
const startWorker = () =>
  running.adopt(new Worker(QUEUE_NAME, null, { connection: redis }), (it) => it.close());

const take = async (worker = startWorker(), token = 'token') =>
  (await worker.getNextJob(token, { block: false })) as Job | undefined;

const backlog = async () =>
  backlogOf(await queue.getJobCounts('waiting', 'delayed', 'prioritized'));

/** Names of the events in the queue's stream, oldest first. */
async function events(): Promise<string[]> {
  const entries = await redis.xrange(queueKeys().events, '-', '+');
  return entries.map(([, [, name = '']]) => name);
}

describe('a job scheduler', () => {
  test('holds one job, and adds the next one when a worker takes it', async () => {
    await queue.upsertJobScheduler('refill', { every: 1 }, { name: JOB_NAME, data: {} });
    expect(await backlog()).toBe(1);
    const worker = startWorker();
    await queue.promoteJobs();
    expect(await take(worker)).toMatchObject({ name: JOB_NAME });
    expect(await backlog()).toBe(1);
  });
});

describe('the event drained', () => {
  test('comes when every worker is idle', async () => {
    await queue.addBulk([1, 2].map(() => ({ name: JOB_NAME, data: {} })));
    const worker = startWorker();
    const first = await take(worker, 'first');
    const last = await take(worker, 'last');
    await first?.moveToCompleted({}, 'first', false);
    expect(await events()).not.toContain('drained');
    await last?.moveToCompleted({}, 'last', false);
    expect(await events()).toContain('drained');
  });

  test('comes although jobs wait for their next attempt, which a refill would add to', async () => {
    await queue.addBulk([1, 2].map(() => ({ name: JOB_NAME, data: {} })));
    const worker = startWorker();
    const first = await take(worker, 'first');
    const last = await take(worker, 'last');
    await first?.moveToFailed(new Error('rng is down'), 'first', false);
    await last?.moveToCompleted({}, 'last', false);
    expect(await events()).toContain('drained');
    expect(await backlog()).toBe(1);
  });
});

describe('a job that adds the next one', () => {
  test('adds two if it runs twice', async () => {
    const { id = '' } = await queue.add(JOB_NAME, {});
    await take();
    await queue.add(JOB_NAME, {}); // then the worker dies
    await expireLock(redis, id);
    await findStalledJob(startWorker(), redis);
    expect(await backlog()).toBe(2);
  });

  test('or none, if it is completed first and its worker dies then', async () => {
    await queue.add(JOB_NAME, {});
    await (await take())?.moveToCompleted({}, 'token', false);
    expect(await backlog()).toBe(0);
  });
});

describe('jobs with fixed ids', () => {
  const SLOTS = ['slot-1', 'slot-2', 'slot-3'];
  const refill = (opts = {}) =>
    queue.addBulk(SLOTS.map((jobId) => ({ name: JOB_NAME, data: {}, opts: { jobId, ...opts } })));

  test('are bounded without a lease, but a refill emits an event for each job that is already there', async () => {
    await Promise.all([refill(), refill(), refill()]);
    expect(await backlog()).toBe(SLOTS.length);
    expect((await events()).filter((name) => name === 'duplicated')).toHaveLength(6);
  });

  test('count those that run: with as many workers as ids, none waits', async () => {
    await refill();
    const worker = startWorker();
    for (const token of SLOTS) await take(worker, token);
    await refill();
    expect(await backlog()).toBe(0);
  });

  test('are not added again while a finished one is kept', async () => {
    await refill();
    await (await take())?.moveToCompleted({}, 'token', false);
    await refill();
    expect(await backlog()).toBe(SLOTS.length - 1);
  });

  test('are added again if finished ones are removed at once, and then nobody sees why one failed', async () => {
    await refill({ attempts: 1, removeOnFail: true });
    await (await take())?.moveToFailed(new Error('rng is down'), 'token', false);
    await refill();
    expect(await backlog()).toBe(SLOTS.length);
    expect(await queue.getFailedCount()).toBe(0);
  });
});
