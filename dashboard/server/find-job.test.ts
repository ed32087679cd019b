import { Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JOB_NAME, STAGES, type LoopResult } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import type { EndedRun } from '@dockercoins/common/reports';
import { startTestQueue } from '../../test/support/queue.ts';
import { silentLog } from '../../tools/stack/log.ts';
import type { JobQuery } from '../frame/job-path.ts';
import { Broadcast } from './broadcast.ts';
import { JobFinder } from './find-job.ts';

const { redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const find = (query: JobQuery, queues = [queue]) =>
  new JobFinder(redis, queues, new Broadcast()).find(query);

/**
 * Lets a miner complete a job that it took after so many milliseconds. Returns the job's id.
 * @param failures how many runs failed before
 */
async function complete(
  miner: string,
  {
    waitMs = 0,
    failures = 0,
    of = queue,
  }: { waitMs?: number; failures?: number; of?: LoopQueue } = {},
): Promise<string> {
  const { id = '' } = await of.add(JOB_NAME, {}, { backoff: 0 });
  const worker = new Worker<object, LoopResult>(of.name, null, { connection: redis, name: miner });
  for (let run = 1; run <= failures; run++) {
    const job = await worker.getNextJob('token', { block: false });
    await job.moveToFailed(new Error('no luck'), 'token');
    const line: EndedRun = { run, end: 'failed', at: Date.now(), miner, ms: 1, reason: 'no luck' };
    await of.addJobLog(id, JSON.stringify(line));
  }
  const job = await worker.getNextJob('token', { block: false });
  const stageMs = STAGES.map((stage) => (stage === 'queueWait' ? waitMs : 1));
  await job.moveToCompleted({ hash: 'f'.repeat(64), coin: false, stageMs }, 'token', false);
  await worker.close();
  return id;
}

describe('by id', () => {
  test('finds a job of any queue', async () => {
    const other = running.adopt(openQueue(redis, silentLog, 'other'), (it) => it.close());
    const { id = '' } = await other.add(JOB_NAME, {});
    const query = { by: 'id', queue: 'other', id } as const;
    expect(await find(query, [queue, other])).toMatchObject({ queue: 'other', id });
    expect(await find(query)).toBe('there is no queue other: expected loops');
  });

  test.each([
    '1',
    '-1',
    '',
    'meta',
    'id',
    'wait',
    'events',
    'completed',
    '1:logs',
    '1:lock',
    '../1',
  ])('says that there is no job %j', async (id) => {
    await queue.add(JOB_NAME, {}, { jobId: 'a' });
    await redis.rpush(queueKeys().log('1'), 'a line');
    expect(await find({ by: 'id', queue: 'loops', id })).toBe(
      `loops ${id} is not, or no longer, in the queue: it keeps the latest 1,000 completed jobs`,
    );
  });

  test('finds jobs in a Redis that is full', async () => {
    const id = await complete('miner-1', { failures: 1 });
    await redis.config('SET', 'maxmemory', '1');
    const path = await find({ by: 'id', queue: 'loops', id });
    await redis.config('SET', 'maxmemory', '0');
    expect(path).toMatchObject({ id, runs: [{ end: 'failed' }, { end: 'completed' }] });
  });
});

describe('among the completed jobs, finds', () => {
  test('the latest of a miner', async () => {
    await complete('miner-1');
    const id = await complete('miner-1');
    await complete('miner-2');
    expect(await find({ by: 'miner', miner: 'miner-1' })).toMatchObject({ id });
    expect(await find({ by: 'miner', miner: 'miner-3' })).toBe(
      'miner-3 completed none of the latest 1,000 jobs',
    );
  });

  test('the slowest: the one that was completed longest after it was added', async () => {
    expect(await find({ by: 'slowest' })).toBe('no completed job is kept');
    await complete('miner-1', { waitMs: 10 });
    const id = await complete('miner-1', { waitMs: 60_000 });
    await complete('miner-1', { waitMs: 20 });
    expect(await find({ by: 'slowest' })).toMatchObject({ id });
  });

  test('the latest that needed more than one run', async () => {
    await complete('miner-1');
    expect(await find({ by: 'retried' })).toBe(
      'none of the latest 1,000 completed jobs needed more than one run',
    );
    await complete('miner-1', { failures: 2 });
    const id = await complete('miner-1', { failures: 1 });
    await complete('miner-1');
    expect(await find({ by: 'retried' })).toMatchObject({
      id,
      runs: [{ end: 'failed', reason: 'no luck' }, { end: 'completed' }],
    });
  });

  test('those of all queues', async () => {
    const queues = [1, 2, 3].map((n) =>
      running.adopt(openQueue(redis, silentLog, `loops-${n}`), (it) => it.close()),
    );
    for (const [n, of] of queues.entries()) await complete('miner-1', { of, waitMs: n * 1000 });
    const newest = queues.at(-1)?.name;
    expect(await find({ by: 'miner', miner: 'miner-1' }, queues)).toMatchObject({ queue: newest });
  });
});

test('the completed jobs are read once per frame, however many clients ask, and not to find one by its id', async () => {
  const id = await complete('miner-1');
  const broadcast = new Broadcast();
  const finder = new JobFinder(redis, [queue], broadcast);
  const reading = vi.spyOn(queue, 'getCompleted');
  const queries: JobQuery[] = [
    { by: 'slowest' },
    { by: 'retried' },
    { by: 'miner', miner: 'miner-1' },
    { by: 'miner', miner: 'miner-2' },
  ];
  const askAll = () => Promise.all(queries.map((query) => finder.find(query)));

  await finder.find({ by: 'id', queue: 'loops', id });
  expect(reading).not.toHaveBeenCalled();
  await askAll();
  await askAll();
  expect(reading).toHaveBeenCalledTimes(1);
  broadcast.send('a frame');
  await askAll();
  expect(reading).toHaveBeenCalledTimes(2);
});
