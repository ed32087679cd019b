import { Worker, type Job } from 'bullmq';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestQueue } from '../../test/support/queue.ts';
import {
  connectWorker,
  expireLock,
  findStalledJob,
  rngWith,
  startTestWorker,
} from '../../test/support/worker.ts';
import { until } from '../../tools/stack/until.ts';
import type { JobPath } from '../frame/job-path.ts';
import { Broadcast } from './broadcast.ts';
import { JobFinder } from './find-job.ts';
import { pathOf } from './job-path.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** The hash that it sends is a coin. */
const hasher = new Hono().post('/', (c) =>
  c.text('0a'.repeat(32), 200, { 'X-Served-By': 'hasher-1' }),
);

/** Starts miner-1, which runs until the test ends. */
const startMiner = (rng = rngWith()) =>
  startTestWorker(running, { redis: connectWorker(running, server.url), rng, hasher });

/** Starts a worker that takes jobs only when it is told to. */
const startHolder = (name: string) =>
  running.adopt(new Worker(QUEUE_NAME, null, { connection: redis, name }), (it) => it.close());

/** Reads the path of a job as a client gets it. */
async function pathIn({ id = '' }: Job): Promise<JobPath> {
  const finder = new JobFinder(redis, [queue], new Broadcast());
  const path = await finder.find({ by: 'id', queue: QUEUE_NAME, id });
  if (typeof path === 'string') throw new Error(path);
  return path;
}

/** Reads the path of a job once it is in this state, with this many runs. */
function untilPath(job: Job, state: JobPath['state'], runs: number): Promise<JobPath> {
  return until(`the job is ${state} and has ${runs} runs`, async () => {
    const path = await pathIn(job);
    return path.state === state && path.runs.length === runs && path;
  });
}

/** All times on the path, in order: nulls where one is unknown. */
const timesOf = ({ addedAt, runs, finishedAt }: JobPath) => [
  addedAt,
  ...runs.flatMap(({ takenAt, endedAt }) => [takenAt, endedAt]),
  finishedAt,
];

const expectInOrder = (path: JobPath) => {
  const times = timesOf(path);
  expect(times).not.toContain(null);
  expect(times).toEqual(times.toSorted((a, b) => Number(a) - Number(b)));
};

describe('the path of a job', () => {
  test('that completed at once has one run: where its time went, and who served it', async () => {
    await startMiner();
    const path = await untilPath(await queue.add(JOB_NAME, {}), 'completed', 1);
    const any = expect.any(Number) as number;
    expect(path).toMatchObject({
      queue: 'loops',
      id: '1',
      hash: '0a'.repeat(32),
      coin: true,
      trace: null,
    });
    expect(path.runs).toEqual([
      {
        miner: 'miner-1',
        takenAt: any,
        endedAt: path.finishedAt,
        end: 'completed',
        reason: null,
        stages: { work: any, rngWait: any, rngService: any, hasherWait: any, hasherService: any },
        rng: 'rng-1',
        hasher: 'hasher-1',
      },
    ]);
    expectInOrder(path);
  });

  test('that failed twice has three runs', async () => {
    const { origin } = await startMiner(rngWith(500, 500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 1 });
    const path = await untilPath(job, 'completed', 3);
    const reason = `GET ${origin}/32: expected status 200, got 500`;
    const failed = { end: 'failed', miner: 'miner-1', reason, stages: null };
    expect(path.runs).toMatchObject([failed, failed, { end: 'completed', reason: null }]);
    expectInOrder(path);
  });

  test('that failed for good ends with the run in which it did', async () => {
    const { origin } = await startMiner(rngWith(500, 404));
    const job = await queue.add(JOB_NAME, {}, { backoff: 1 });
    const path = await untilPath(job, 'failed', 2);
    const reason = `GET ${origin}/32: expected status 200, got 404`;
    expect(path.runs[1]).toMatchObject({ end: 'failed', miner: 'miner-1', reason });
    expect(path).toMatchObject({ hash: null, coin: false });
    expectInOrder(path);
  });

  test('goes on after it was retried', async () => {
    await startMiner(rngWith(404));
    const job = await queue.add(JOB_NAME, {});
    await untilPath(job, 'failed', 1);
    await (await queue.getJob(job.id ?? ''))?.retry();
    const path = await untilPath(job, 'completed', 2);
    expect(path.runs.map(({ end }) => end)).toEqual(['failed', 'completed']);
  });

  test('shows that it was handed back', async () => {
    await startMiner(rngWith(503));
    const path = await untilPath(await queue.add(JOB_NAME, {}), 'completed', 2);
    expect(path.runs.map(({ end }) => end)).toEqual(['handed back', 'completed']);
    expectInOrder(path);
  });

  test('shows that its miner died', async () => {
    const job = await queue.add(JOB_NAME, {});
    await startHolder('miner-9').getNextJob('token', { block: false });
    await expireLock(redis, job.id ?? '');
    const { worker } = await startMiner();
    await findStalledJob(worker, redis);
    const path = await untilPath(job, 'completed', 2);
    expect(path.runs[0]).toMatchObject({ end: 'stalled', reason: null });
    expect(path.runs[1]).toMatchObject({ end: 'completed', miner: 'miner-1' });
    expect(timesOf(path).at(-1)).toBeGreaterThanOrEqual(path.runs[0]?.endedAt ?? NaN);
  });

  test('that nobody has taken yet has no runs', async () => {
    const waiting = await pathIn(await queue.add(JOB_NAME, {}));
    expect(waiting).toMatchObject({ state: 'waiting', runs: [], finishedAt: null, hash: null });
    const delayed = await pathIn(await queue.add(JOB_NAME, {}, { delay: 60_000 }));
    expect(delayed).toMatchObject({ state: 'delayed', runs: [] });
    const urgent = await pathIn(await queue.add(JOB_NAME, {}, { priority: 1 }));
    expect(urgent).toMatchObject({ state: 'waiting', runs: [] });
  });

  test('that waits for its next attempt ends with the one that failed', async () => {
    await startMiner(rngWith(500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 60_000 });
    const path = await untilPath(job, 'delayed', 1);
    expect(path.runs).toMatchObject([{ end: 'failed' }]);
    expect(path.finishedAt).toBeNull();
  });

  test('that is running ends with a run without an end', async () => {
    const job = await queue.add(JOB_NAME, {});
    await startHolder('miner-9').getNextJob('token', { block: false });
    const path = await pathIn(job);
    expect(path).toMatchObject({ state: 'active', finishedAt: null });
    expect(path.runs).toMatchObject([{ end: 'running', miner: 'miner-9', endedAt: null }]);
    expect(path.runs[0]?.takenAt).toBeGreaterThanOrEqual(path.addedAt);
  });

  test('of an earlier version has no times of its stages', async () => {
    const job = await queue.add(JOB_NAME, {});
    const taken = await startHolder('miner-9').getNextJob('token', { block: false });
    await taken.moveToCompleted({ hash: 'f'.repeat(64), coin: false }, 'token', false);
    const path = await pathIn(job);
    expect(path).toMatchObject({ state: 'completed', hash: 'f'.repeat(64), coin: false });
    expect(path.runs).toMatchObject([{ end: 'completed', stages: null, rng: null, hasher: null }]);
    expectInOrder(path);
  });

  test('of a job without data, as Bull Board can add them, is like any other', async () => {
    await startMiner();
    const job = await queue.add(JOB_NAME, null as never);
    expect((await untilPath(job, 'completed', 1)).coin).toBe(true);
  });

  test('is by the clock of Redis, even if the clock of the miner is wrong', async () => {
    await startMiner();
    const job = await queue.add(JOB_NAME, {});
    const path = await untilPath(job, 'completed', 1);
    for (const field of ['processedOn', 'finishedOn']) {
      await redis.hincrby(queueKeys().job(job.id ?? ''), field, 3_600_000);
    }
    expect(await pathIn(job)).toEqual(path);
  });

  test('has the id of its trace if that is recorded', async () => {
    const id = '0af7651916cd43dd8448eb211c80319c';
    const withFlags = (flags: string) => {
      const metadata = JSON.stringify({ traceparent: `00-${id}-b7ad6b7169203331-${flags}` });
      return queue.add(JOB_NAME, {}, { telemetry: { metadata } });
    };
    expect((await pathIn(await withFlags('01'))).trace).toBe(id);
    expect((await pathIn(await withFlags('00'))).trace).toBeNull();
  });
});

describe('what is malformed counts as missing:', () => {
  test('lines of the log', async () => {
    await startMiner(rngWith(500, 500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 1 });
    const path = await untilPath(job, 'completed', 3);
    const key = queueKeys().log(job.id ?? '');
    await redis.lset(key, 0, 'not JSON');
    await redis.rpush(key, '{"run":1}', 'null', '[]');
    expect((await pathIn(job)).runs).toEqual(path.runs.slice(1));
  });

  test('the line of the run with which a job failed for good: the job itself knows about it', async () => {
    await startMiner(rngWith(404));
    const job = await queue.add(JOB_NAME, {});
    const [run] = (await untilPath(job, 'failed', 1)).runs;
    await until('it has a log', () => redis.del(queueKeys().log(job.id ?? '')).then(Boolean));
    const { end, miner, reason } = run ?? {};
    expect((await pathIn(job)).runs).toMatchObject([{ end, miner, reason }]);
  });

  test.each([
    ['not JSON', { hash: null, stages: null }],
    ['null', { hash: null, stages: null }],
    ['{"hash":"0a","coin":true}', { hash: null, stages: null }],
    [
      `{"hash":"${'f'.repeat(64)}","coin":false,"stageMs":[1]}`,
      { hash: 'f'.repeat(64), stages: null },
    ],
  ])('the result %s', async (text, { hash, stages }) => {
    await startMiner();
    const job = await queue.add(JOB_NAME, {});
    await untilPath(job, 'completed', 1);
    await redis.hset(queueKeys().job(job.id ?? ''), 'returnvalue', text);
    const path = await pathIn(job);
    expect(path).toMatchObject({ state: 'completed', hash, coin: false });
    expect(path.runs).toMatchObject([{ end: 'completed', miner: 'miner-1', stages }]);
  });
});

describe('if a job has changed after it was asked for its state,', () => {
  test('a finished one is finished', async () => {
    await startMiner(rngWith(404));
    const failed = await queue.add(JOB_NAME, {});
    const completed = await queue.add(JOB_NAME, {});
    await untilPath(completed, 'completed', 1);
    for (const [{ id = '' }, state] of [
      [failed, 'failed'],
      [completed, 'completed'],
    ] as const) {
      const job = await queue.getJob(id);
      expect(job && pathOf('loops', job, 'active', [])).toMatchObject({ state });
    }
  });

  test('a retried one waits', async () => {
    const job = await queue.add(JOB_NAME, {});
    expect(pathOf('loops', job, 'failed', [])).toMatchObject({ state: 'waiting', runs: [] });
  });
});
