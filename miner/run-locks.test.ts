import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { silentLog as log } from '../tools/stack/log.ts';
import { startTestQueue } from '../test/support/queue.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker } from '../test/support/worker.ts';
import { LoopCounter } from './counter.ts';
import { LOCK_LOST, RunLocks } from './run-locks.ts';
import { MinerStats } from './stats.ts';
import { BusyError } from './upstream/errors.ts';
import { startWorker } from './worker.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const SLOTS = 4;

/** Starts a worker with four slots whose loops do what `mine` does. */
function start(mine: (signal: AbortSignal) => Promise<never>) {
  const connection = connectWorker(running, server.url);
  const stats = new MinerStats();
  const started = startWorker({
    redis: connection,
    queue,
    clock: new RedisClock(),
    name: 'miner-1',
    concurrency: SLOTS,
    lockMs: 30_000,
    mine,
    stats,
    counter: new LoopCounter({ redis: connection, flushMs: 0, log }),
    onUnusable: log.fatal.bind(log),
    log,
  });
  running.defer(() => started.stop(0));
  return { ...started, stats, tracked: () => started.worker['lockManager'].getTrackedJobIds() };
}

const addJobs = () =>
  queue.addBulk(Array.from({ length: SLOTS }, () => ({ name: JOB_NAME, data: {} })));

/** Busy, with `Retry-After: 0`: the job goes back into the queue at once. */
const busy = () =>
  new BusyError('GET', 'http://rng/32', 'got 503', { retryAfterMs: 0, timedOut: false });

const canceled = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const cancel = () => reject(new Error(String(signal.reason)));
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel);
  });

test('after a thousand hand-backs, every running job is tracked, and canceled by a shutdown', async () => {
  let handedBack = 0;
  let holdFrom = 0;
  let held = 0;
  let released = Promise.withResolvers<undefined>();
  const { stop, tracked } = start(async (signal) => {
    if (handedBack >= holdFrom) {
      held++;
      await Promise.race([released.promise, canceled(signal)]).finally(() => held--);
    }
    handedBack++;
    throw busy();
  });
  const allHeld = () =>
    until('all slots hold a job', () => held === SLOTS && handedBack >= holdFrom);
  await addJobs();
  for (let round = 1; handedBack < 1000; round++) {
    await allHeld();
    const active = (await queue.getActive()).map(({ id }) => id);
    expect(tracked().toSorted(), `round ${round}`).toEqual(active.toSorted());
    holdFrom = handedBack + 12;
    released.resolve(undefined);
    released = Promise.withResolvers();
  }
  await allHeld();
  await stop(0);
  expect(await queue.getActiveCount()).toBe(0);
  expect(await queue.getWaitingCount()).toBe(SLOTS);
});

test('a job that starts after the shutdown has canceled all others is canceled, too', async () => {
  const { stop, stats, worker } = start(canceled);
  await addJobs();
  await until('all slots hold a job', () => stats.active === SLOTS);
  worker.cancelAllJobs('shutting down'); // the jobs go back, and the worker takes them again
  await until('none of them runs for long', () => worker['lockManager'].getActiveJobCount() === 0);
  await stop();
  expect(await queue.getWaitingCount()).toBe(SLOTS);
});

test('a run whose lock is lost is canceled when the same worker takes the job again', async () => {
  const signals: AbortSignal[] = [];
  start((signal) => {
    signals.push(signal);
    return canceled(signal);
  });
  const { id = '' } = await queue.add(JOB_NAME, {});
  await until('it runs', () => signals.length === 1);
  await redis.del(queueKeys().lock(id));
  await redis.lmove(queueKeys().active, queueKey('wait'), 'RIGHT', 'RIGHT'); // as the check for stalled jobs does
  await queue.add(JOB_NAME, {}); // whose marker wakes the worker up
  await until('it runs again', () => signals.length === 3);
  expect(signals.map(({ reason }) => reason as unknown)).toEqual([LOCK_LOST, undefined, undefined]);
});

test('a renewal that fails cancels the run that had the lock, not one that has begun meanwhile', async () => {
  const locks: RunLocks = new RunLocks(
    {
      name: 'loops',
      emit: (event, ids: string[]) => {
        if (event === 'lockRenewalFailed') locks.cancelLost(ids);
        return true;
      },
      trace: (_kind, _operation, _destination, callback) => callback(),
      extendJobLocks: (ids) => {
        newer = locks.trackJob('7', 'newer', 1, true);
        return Promise.resolve(ids);
      },
    },
    { lockRenewTime: 15_000, lockDuration: 30_000, workerId: 'miner-1' },
  );
  let newer: ReturnType<RunLocks['trackJob']>;
  const older = locks.trackJob('7', 'older', 1, true);
  await locks['extendLocks'](['7']);
  expect(older?.signal.aborted).toBe(true);
  expect(newer?.signal.aborted).toBe(false);
});
