import { Worker, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sum } from '@dockercoins/common/statistics';
import { JOB_NAME, keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue, openQueues, type LoopQueue } from '@dockercoins/common/queue/queue';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { recordingLog, silentLog as log } from '../tools/stack/log.ts';
import { patientRedis } from '../test/support/patient-redis.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

/** Longer than any test, even if this process is held up. */
const LEASE_MS = 600_000;

const server = await takeRedis();
let running = new AsyncDisposableStack();
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
async function startProducer(
  name: string,
  backlog: number,
  { queues = 1, ...load }: { rate?: number; poisonEvery?: number; queues?: number } = {},
) {
  const added: number[] = [];
  const recording = recordingLog();
  const redis = running.adopt(await patientRedis(server.url), (it) => it.disconnect());
  const queue = running.adopt(openQueue(redis, log), (it) => it.close());
  const clock = new RedisClock();
  const lease = new CountedLease({ redis, key: keys.lease, holder: name, ttlMs: LEASE_MS, clock });
  const stop = new AbortController();
  const onAdded = (jobs: number) => void added.push(jobs);
  const producer = new Producer({
    queues: openQueues(redis, queues, log).map((it) => running.adopt(it, () => it.close())),
    lease,
    clock,
    backlog,
    ...load,
    log: recording.log,
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
  return { producer, queue, added, lines: recording.lines, checkedAgain };
}

const addBulk = (queue: LoopQueue, count: number, opts: JobsOptions = {}) =>
  queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: {}, opts })));

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
    await addBulk(queue, 8, { delay: 4000 });
    await queue.drain();
    await checkedAgain();
    expect(await queue.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 2, delayed: 8 });
  });

  test('does not count jobs that are due later', async () => {
    const { queue, checkedAgain } = await startProducer('producer-1', 10);
    await addBulk(queue, 8, { delay: 60_000 });
    await queue.drain();
    await checkedAgain();
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
    expect(await queue.getDelayedCount()).toBe(8);
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

test('every third job is poison', async () => {
  const { queue, added } = await startProducer('producer-1', 30, { poisonEvery: 3 });
  await until('the queue is full', () => sum(added) === 30);
  const jobs = await queue.getWaiting();
  const poisoned = jobs.filter(({ data }) => data.poison).map(({ id }) => Number(id));
  expect(poisoned.sort((a, b) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
});

describe('a fixed rate of 20 jobs/s', () => {
  test.each([1, 2])('is exact, whatever the backlog, with %i queue(s)', async (queues) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const started = await startProducer('producer-1', 1, { rate: 20, queues });
    const { producer, added, checkedAgain } = started;
    const addsExactly = async (jobs: number) => {
      await until(`${jobs} jobs are added`, () => sum(added) >= jobs);
      await checkedAgain();
      expect(sum(added)).toBe(jobs);
    };
    await checkedAgain();
    await addsExactly(0);
    vi.advanceTimersByTime(150);
    await addsExactly(queues === 1 ? 3 : 2); // half a job remains for each of two queues
    vi.advanceTimersByTime(50);
    await addsExactly(4);
    vi.advanceTimersByTime(2000);
    await addsExactly(44);
    expect(producer.isLeader).toBe(true);
    expect(producer.target).toBeUndefined();
  });
});

test('a fixed rate drops what exceeds the limit of the backlog, and says so once', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { producer, queue, added, lines, checkedAgain } = await startProducer('producer-1', 1, {
    rate: 20,
  });
  await checkedAgain();
  const redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const ids = Array.from({ length: 19_998 }, (_, n) => `other-${n}`);
  await redis.lpush(queue.toKey('wait'), ...ids);
  await checkedAgain(); // a check that has counted earlier is over
  const dropsExactly = async (jobs: number) => {
    await until(`${jobs} jobs are dropped`, () => producer.dropped >= jobs);
    await checkedAgain();
    expect(producer.dropped).toBe(jobs);
  };
  vi.advanceTimersByTime(150);
  await dropsExactly(1);
  expect(sum(added)).toBe(2);
  vi.advanceTimersByTime(100);
  await dropsExactly(3);
  await redis.ltrim(queue.toKey('wait'), -100, -1);
  await checkedAgain();
  vi.advanceTimersByTime(100);
  await until('jobs are added again', () => sum(added) === 4);
  expect(producer.dropped).toBe(3);
  expect(lines.filter((line) => line.includes('backlog'))).toEqual([
    'warning: the backlog of loops has reached its limit of 20000 jobs: dropping the rest\n',
    'the backlog of loops has room again\n',
  ]);
});

describe('three replicas', () => {
  test('never overshoot while workers take jobs', async () => {
    const names = ['producer-1', 'producer-2', 'producer-3'];
    const replicas = await Promise.all(names.map((name) => startProducer(name, 50)));
    const { queue } = replicas[0] as (typeof replicas)[0];
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 50);
    const worker = new Worker(QUEUE_NAME, null, { connection: { url: server.url } });
    running.defer(() => worker.close());
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 10; n++) {
        const job = await worker.getNextJob('token');
        await job.moveToCompleted({}, 'token', false);
        expect(await queue.getWaitingCount()).toBeLessThanOrEqual(50); // 40 jobs of demand are less than the minimum
      }
      await Promise.all(replicas.map(({ checkedAgain }) => checkedAgain()));
      expect(await queue.getWaitingCount()).toBe(50);
    }
    expect(replicas.filter(({ added }) => added.length > 0)).toHaveLength(1);
    expect(replicas.reduce((jobs, { added }) => jobs + sum(added), 0)).toBe(90);
  });

  test('replace a killed leader once its lease expires', async () => {
    const redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
    const dead = { redis, key: keys.lease, holder: 'producer-1', ttlMs: LEASE_MS };
    await new Lease({ ...dead, clock: new RedisClock() }).hold();
    const { queue, added, checkedAgain } = await startProducer('producer-2', 10);
    await checkedAgain();
    expect(added).toEqual([]);
    await redis.pexpire(keys.lease, 1);
    await until('the queue is full', async () => (await queue.getWaitingCount()) === 10);
  });
});
