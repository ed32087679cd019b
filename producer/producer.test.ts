import { once } from 'node:events';
import { Worker, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { hastyRedis } from '@dockercoins/common/redis';
import { silentLog as log } from '../test/support/log.ts';
import { startTestRedis, type TestRedis } from '../test/support/redis.ts';
import { until } from '../test/support/until.ts';
import { Lease } from './lease.ts';
import { produce } from './producer.ts';

const LEASE_MS = 500;
let server: TestRedis;
let running = new AsyncDisposableStack();
beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
  const redis = new Redis(server.url);
  await redis.flushall();
  redis.disconnect();
});
afterAll(() => server[Symbol.asyncDispose]());

class CountedLease extends Lease {
  looks = 0;
  override hold(): Promise<boolean> {
    this.looks++;
    return super.hold();
  }
}

/** A replica of the producer that runs until the test ends. */
async function startProducer(name: string, backlog: number) {
  const added: number[] = [];
  const redis = running.adopt(hastyRedis(server.url, log), (it) => it.disconnect());
  await once(redis, 'ready');
  const queue = running.adopt(openQueue(redis, log), (it) => it.close());
  const lease = new CountedLease(redis, keys.lease, name, LEASE_MS);
  const stop = new AbortController();
  const onAdded = (jobs: number) => void added.push(jobs);
  const done = produce({ queue, lease, backlog, log, onAdded }, stop.signal);
  running.defer(() => {
    stop.abort();
    return done;
  });
  const lookedAgain = () => {
    const before = lease.looks;
    return until('the producer has looked again', () => lease.looks > before + 1);
  };
  return { queue, added, lookedAgain };
}

const addBulk = (queue: LoopQueue, count: number, opts: JobsOptions = {}) =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: {}, opts })));

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe('the producer', () => {
  test('fills the queue exactly, in chunks', async () => {
    const { queue, added } = await startProducer('producer-1', 1200);
    await until('all is added', () => sum(added) >= 1200);
    expect(added).toEqual([500, 500, 200]);
    expect(await queue.getWaitingCount()).toBe(1200);
  });

  test('adds jobs that are one loop each', async () => {
    const { queue } = await startProducer('producer-1', 1);
    const [job] = await until('there is a job', async () => {
      const jobs = await queue.getWaiting();
      return jobs.length > 0 && jobs;
    });
    expect(job).toMatchObject({ name: JOB_NAME, data: {}, opts: { attempts: 5 } });
  });

  test('tops up what was taken', async () => {
    const { queue, added } = await startProducer('producer-1', 10);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    await queue.drain();
    await until('what was taken is added', () => sum(added) >= 20);
    expect(await queue.getWaitingCount()).toBe(10);
  });

  test('counts jobs that wait for their next try', async () => {
    const { queue, lookedAgain } = await startProducer('producer-1', 10);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    await addBulk(queue, 8, { delay: 60_000 });
    await queue.drain();
    await lookedAgain();
    expect(await queue.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 2, delayed: 8 });
  });

  test('leaves an overfull queue as it is', async () => {
    const { queue, added, lookedAgain } = await startProducer('producer-1', 5);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 5);
    await addBulk(queue, 7);
    await lookedAgain();
    expect(await queue.getWaitingCount()).toBe(12);
    expect(added).toEqual([5]);
  });
});

describe('three replicas', () => {
  test('never add more than what is missing, while jobs are done', async () => {
    const names = ['producer-1', 'producer-2', 'producer-3'];
    const replicas = await Promise.all(names.map((name) => startProducer(name, 50)));
    const worker = new Worker(QUEUE_NAME, () => Promise.resolve(), {
      connection: { url: server.url },
      concurrency: 5,
    });
    running.defer(() => worker.close());
    let most = 0;
    await until('many jobs are done', async () => {
      const counts = await replicas[0]?.queue.getJobCounts('waiting', 'completed');
      most = Math.max(most, counts?.['waiting'] ?? 0);
      return (counts?.['completed'] ?? 0) > 200;
    });
    expect(most).toBeLessThanOrEqual(50);
    expect(replicas.filter(({ added }) => added.length > 0)).toHaveLength(1);
  });

  test('replace a leader that was killed when its lease has run out', async () => {
    const redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
    const since = Date.now();
    await new Lease(redis, keys.lease, 'producer-1', LEASE_MS).hold();
    const { queue } = await startProducer('producer-2', 10);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    expect(Date.now() - since).toBeGreaterThanOrEqual(LEASE_MS);
    expect(Date.now() - since).toBeLessThan(3000);
  });
});
