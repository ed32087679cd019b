/**
 * The BullMQ worker: takes a job, mines one loop, keeps the coin.
 * @module
 */
import { MetricsTime, UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  JOB_NAME,
  keys,
  QUEUE_NAME,
  type Coin,
  type LoopResult,
} from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log';
import { Completions } from './completions.ts';
import type { LoopCounter } from './counter.ts';
import type { Loop } from './mine.ts';
import type { Tally } from './tally.ts';
import { UpstreamError } from './upstream-error.ts';

/** What could not be done because Redis was away is tried again after so long. BullMQ's default is 15 s. */
const RETRY_MS = 1000;

/**
 * A worker without a job sleeps until BullMQ's marker wakes it. A marker that was on its way to a connection that was
 * cut is lost, and all workers sleep on: so long at most. BullMQ's default is 5 s.
 */
const LONGEST_SLEEP_S = 1;

/** A stop waits so long for loops under way; it leaves time to hand the others back before the stop's deadline. */
const FINISH_MS = 7000;

/** How many of the newest coins are listed. */
const NEWEST_COINS = 20;

interface WorkerOptions {
  /** A patient connection; the worker opens one more of its kind for its blocking reads. */
  redis: Redis;
  /** Written on each job that this worker does. */
  name: string;
  concurrency: number;
  /** Milliseconds that a job stays with this worker after its last sign of life. */
  lockMs: number;
  /** Does one loop. */
  mine: (signal: AbortSignal) => Promise<Loop>;
  tally: Tally;
  counter: LoopCounter;
  log: Logger;
}

export interface LoopWorker {
  worker: Worker<unknown, LoopResult>;
  /** Takes no new job and finishes those under way; what takes longer than `finishMs` goes back into the queue. */
  stop: (finishMs?: number) => Promise<void>;
}

/**
 * Starts to work.
 *
 * A job may run twice (its worker died after the work and before the note that it is done), so all
 * that a job does can be done twice: a coin is kept under its hash. Loops are counted when BullMQ
 * has the job as completed, not when the processor returns; and the exact count is BullMQ's own,
 * which it keeps in the same step (`metrics`).
 */
export function startWorker(options: WorkerOptions): LoopWorker {
  const { redis, name, concurrency, lockMs, tally, counter, log } = options;

  // BullMQ passes the signal only to a processor that declares three parameters.
  const process = async (job: Job, token: string | undefined, signal: AbortSignal | undefined) => {
    tally.active++;
    try {
      const result = await runLoop(job, options, signal ?? new AbortController().signal);
      completions.worked(job.id ?? '');
      return result;
    } catch (err) {
      if (signal?.aborted) await handBack(job, token);
      throw err instanceof UpstreamError && !err.retryable
        ? new UnrecoverableError(err.message)
        : err;
    } finally {
      tally.active--;
    }
  };
  const worker = new Worker<unknown, LoopResult>(QUEUE_NAME, process, {
    connection: redis,
    name,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 3,
    drainDelay: LONGEST_SLEEP_S,
    runRetryDelay: RETRY_MS,
    metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
  });

  const completions = new Completions({
    redis,
    name,
    keyOf: (jobId) => worker.toKey(jobId),
    onLoop() {
      tally.loops++;
      counter.add();
    },
  });
  const lookUp = () =>
    completions.lookUp().catch((err: unknown) => log.debug({ err }, 'could not look up jobs'));

  worker.on('completed', ({ id = '' }) => completions.completed(id));
  worker.on('failed', (job, err) => {
    tally.errors++;
    const { attemptsMade = 0, opts } = job ?? {};
    const last = attemptsMade >= (opts?.attempts ?? 1) || err instanceof UnrecoverableError;
    log.warn(
      { err, job: job?.id },
      last ? 'loop failed for good' : `loop failed (try ${attemptsMade})`,
    );
  });
  worker.on('stalled', (id) => log.warn(`job ${id} stalled: its miner is gone, it runs again`));
  worker.on('error', (err) => {
    log.debug({ err }, 'worker'); // the connection tells people
    void lookUp();
  });
  return {
    worker,
    async stop(finishMs = FINISH_MS) {
      const timer = setTimeout(() => worker.cancelAllJobs('the miner stops'), finishMs);
      await worker.close();
      clearTimeout(timer);
      await lookUp();
    },
  };
}

/** Puts a job back to the front of the queue without spending a try. */
async function handBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

async function runLoop(
  job: Job,
  { redis, name, mine, tally, log }: WorkerOptions,
  signal: AbortSignal,
): Promise<LoopResult> {
  if (job.name !== JOB_NAME) {
    throw new UnrecoverableError(`a job named "${job.name}", expected "${JOB_NAME}"`);
  }
  const queueWait = Math.max(0, (job.processedOn ?? 0) - job.timestamp);
  const { hash, coin, bytes, stages, rng, hasher } = await mine(signal);
  const now = Date.now();
  tally.addStages({ queueWait, ...stages });
  tally.saw('rng', rng, now);
  tally.saw('hasher', hasher, now);
  if (coin) {
    log.info(`Coin found: ${hash.slice(0, 8)}...`);
    const created = await redis.hset(keys.wallet, hash, bytes);
    if (created === 0) log.info('We already had that coin');
    else await announce(redis, { hash, at: now, miner: name });
    tally.coins += created;
  }
  return { hash, coin };
}

/** Puts a new coin on top of the list of the newest. */
async function announce(redis: Redis, coin: Coin): Promise<void> {
  await redis
    .multi()
    .lpush(keys.coins, JSON.stringify(coin))
    .ltrim(keys.coins, 0, NEWEST_COINS - 1)
    .exec();
}
