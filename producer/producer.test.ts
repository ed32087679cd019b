import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { failFastRedis } from '@dockercoins/common/redis';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { silentLog as log } from '../testing/log.ts';
import { takeRedis, type SharedRedis } from '../testing/shared-redis.ts';
import { until } from '../testing/until.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

const LEASE_MS = 500;
let server: SharedRedis;
let running = new AsyncDisposableStack();
beforeAll(async () => {
  server = await takeRedis();
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
  checks = 0;
  override hold(): Promise<boolean> {
    this.checks++;
    return super.hold();
  }
}

/** Starts a replica of the producer that runs until the test ends. */
async function startProducer(name: string, backlog: number, ttlMs = LEASE_MS) {
  const added: number[] = [];
  const redis = running.adopt(failFastRedis({ REDIS_URL: server.url }, log), (it) =>
    it.disconnect(),
  );
  await once(redis, 'ready');
  const queue = running.adopt(openQueue(redis, log), (it) => it.close());
  const clock = new RedisClock();
  const lease = new CountedLease({ redis, key: keys.lease, holder: name, ttlMs, clock });
  const stop = new AbortController();
  const onAdded = (jobs: number) => void added.push(jobs);
  const producer = new Producer({
    openQueues: () => [openQueue(redis, log)],
    lease,
    clock,
    backlog,
    log,
    onAdded,
  });
  const done = producer.run(stop.signal);
  running.defer(() => {
    stop.abort();
    return done;
  });
  const checkedAgain = () => {
    const before = lease.checks;
    return until('the producer has checked again', () => lease.checks > before + 1);
  };
  return { queue, added, checkedAgain };
}

const addBulk = (queue: LoopQueue, count: number, opts: JobsOptions = {}) =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: {}, opts })));

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe('the producer', () => {
  test('fills the queue exactly, in chunks', async () => {
    const { queue, added } = await startProducer('producer-1', 1200);
    await until('all jobs are added', () => sum(added) >= 1200);
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

  test('replaces jobs that were taken', async () => {
    const { queue, added } = await startProducer('producer-1', 10);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    await queue.drain();
    await until('they are replaced', () => sum(added) >= 20);
    expect(await queue.getWaitingCount()).toBe(10);
  });

  test('counts jobs that wait for their next attempt', async () => {
    const { queue, checkedAgain } = await startProducer('producer-1', 10);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    await addBulk(queue, 8, { delay: 60_000 });
    await queue.drain();
    await checkedAgain();
    expect(await queue.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 2, delayed: 8 });
  });

  test('adds nothing to a queue that is more than full', async () => {
    const { queue, added, checkedAgain } = await startProducer('producer-1', 5);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 5);
    await addBulk(queue, 7);
    await checkedAgain();
    expect(await queue.getWaitingCount()).toBe(12);
    expect(added).toEqual([5]);
  });
});

describe('three replicas', () => {
  test('never overshoot while workers take jobs', async () => {
    const names = ['producer-1', 'producer-2', 'producer-3'];
    const replicas = await Promise.all(names.map((name) => startProducer(name, 50, 10_000)));
    const { queue } = replicas[0] as (typeof replicas)[0];
    const done = new Worker(QUEUE_NAME, () => sleep(100), {
      connection: { url: server.url },
      concurrency: 2,
    });
    running.defer(() => done.close());
    let most = 0;
    await until('30 jobs are done', async () => {
      const counts = await queue.getJobCounts('waiting', 'completed');
      most = Math.max(most, counts['waiting'] ?? 0);
      return (counts['completed'] ?? 0) > 30;
    });
    expect(most).toBeLessThanOrEqual(50); // two seconds of work are 40 jobs: less than the minimum
    expect(replicas.filter(({ added }) => added.length > 0)).toHaveLength(1);
  });

  test('replace a killed leader once its lease expires', async () => {
    const redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
    const since = Date.now();
    const dead = { redis, key: keys.lease, holder: 'producer-1', ttlMs: LEASE_MS };
    await new Lease({ ...dead, clock: new RedisClock() }).hold();
    const { queue } = await startProducer('producer-2', 10);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    expect(Date.now() - since).toBeGreaterThanOrEqual(LEASE_MS);
    expect(Date.now() - since).toBeLessThan(3000);
  });
});
