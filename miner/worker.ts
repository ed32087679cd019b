/**
 * The BullMQ worker: takes a job, mines one loop, keeps the coin, counts.
 * @module
 */
import {
  MetricsTime,
  RateLimitError,
  UnrecoverableError,
  WaitingError,
  Worker,
  type Job,
} from 'bullmq';
import type { Redis } from 'ioredis';
import { JOB_NAME, QUEUE_NAME, type LoopData, type LoopResult } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/service/log';
import { RATE_LIMITER, type LoopQueue } from '@dockercoins/common/queue';
import { isAway } from '@dockercoins/common/redis';
import type { RedisClock } from '@dockercoins/common/redis-clock';
import { WarnOnce } from '@dockercoins/common/service/warn-once';
import { keepCoin, LockLostError } from './coin.ts';
import type { LoopCounter } from './counter.ts';
import type { Loop } from './mine.ts';
import type { MinerStats } from './stats.ts';
import { BusyError, UpstreamError } from './upstream/errors.ts';

/** Wait after an error of the connection. BullMQ's default of 15 s would keep miners idle long after Redis is back. */
const RETRY_MS = 1000;

/**
 * A worker without a job sleeps until BullMQ's marker wakes it. If the marker is lost with a connection, the worker
 * sleeps this long. BullMQ's default is 5 s. (While jobs are delayed it sleeps until the first is due, at most 10 s.)
 */
const DRAIN_DELAY_S = 1;

/** How long a stop waits for running loops; the rest of the stop's deadline is for handing the others back. */
const FINISH_MS = 7000;

const LOCK_LOST = 'lock lost';

interface WorkerOptions {
  /** A patient connection; the worker opens one more of its kind for its blocking reads. */
  redis: Redis;
  queue: LoopQueue;
  clock: RedisClock;
  /** Written on each job that this worker does. */
  name: string;
  concurrency: number;
  /** Milliseconds that a job stays with this worker after the last renewal of its lock. */
  lockMs: number;
  /** Does one loop. */
  mine: (signal: AbortSignal) => Promise<Loop>;
  stats: MinerStats;
  counter: LoopCounter;
  log: Logger;
}

export interface LoopWorker {
  worker: Worker<LoopData, LoopResult>;
  /** Takes no new job and finishes the running ones; those that take longer than `finishMs` go back into the queue. */
  stop: (finishMs?: number) => Promise<void>;
}

/**
 * Starts to work. BullMQ delivers a job at least once, so a loop may run twice; it is completed once, and its coin is
 * stored once (`coin.ts`). The exact count of loops is BullMQ's own (`metrics`), moved in the step that completes the job.
 */
export function startWorker(options: WorkerOptions): LoopWorker {
  const { redis, name, concurrency, lockMs, stats, counter, log } = options;
  const warnings = new WarnOnce(log, 'worker');

  // BullMQ passes the signal only to a processor that declares three parameters.
  const runJob = async (
    job: Job<LoopData, LoopResult>,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ) => {
    stats.active++;
    try {
      return await runLoop(job, token ?? '', signal ?? new AbortController().signal, options);
    } catch (err) {
      throw await giveUp(job, token, signal, err as Error, options);
    } finally {
      stats.active--;
    }
  };
  const worker = new Worker<LoopData, LoopResult>(QUEUE_NAME, runJob, {
    connection: redis,
    name,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 3,
    drainDelay: DRAIN_DELAY_S,
    runRetryDelay: RETRY_MS,
    limiter: RATE_LIMITER,
    metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
  });

  worker.on('completed', () => {
    stats.loops++;
    counter.add();
    warnings.recovered();
  });
  worker.on('failed', (job, err) => {
    stats.errors++;
    const { attemptsMade = 0, opts } = job ?? {};
    const last = attemptsMade >= (opts?.attempts ?? 1) || err instanceof UnrecoverableError;
    log.warn(
      { err, job: job?.id },
      last ? 'loop failed for good' : `loop failed (try ${attemptsMade})`,
    );
  });
  worker.on('stalled', (id) => log.warn(`job ${id} stalled: its miner is gone, it runs again`));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, LOCK_LOST);
  });
  worker.on('error', (err) => {
    if (!isAway(redis, err)) warnings.warn(err); // otherwise the connection logs it
  });
  return {
    worker,
    async stop(finishMs = FINISH_MS) {
      const timer = setTimeout(() => worker.cancelAllJobs('the miner stops'), finishMs);
      await worker.close();
      clearTimeout(timer);
    },
  };
}

/** Does the loop of a job. A run that finds a coin on the job completes with it: an earlier run stored it. */
async function runLoop(
  job: Job<LoopData, LoopResult>,
  token: string,
  signal: AbortSignal,
  { redis, clock, name, mine, stats, log }: WorkerOptions,
): Promise<LoopResult> {
  if (job.name !== JOB_NAME) {
    throw new UnrecoverableError(`a job named "${job.name}", expected "${JOB_NAME}"`);
  }
  const { id: jobId = '' } = job;
  const stored = (job.data as LoopData | null)?.coin;
  if (stored !== undefined) return { hash: stored, coin: true };

  const queueWait = Math.max(0, clock.now() - job.timestamp);
  const { hash, coin, bytes, stages, rng, hasher } = await mine(signal);
  const now = performance.now();
  stats.addStages({ queueWait, ...stages });
  stats.saw('rng', rng, now);
  stats.saw('hasher', hasher, now);
  if (coin) {
    log.info(`Coin found: ${hash.slice(0, 8)}...`);
    const isNew = await keepCoin(redis, { jobId, token, hash, bytes, miner: name });
    if (isNew) stats.coins++;
    else log.info('We already had that coin');
  }
  return { hash, coin };
}

/** Decides what becomes of a job whose loop did not finish. Returns the error that tells BullMQ. */
async function giveUp(
  job: Job,
  token: string | undefined,
  signal: AbortSignal | undefined,
  err: Error,
  { queue, log }: WorkerOptions,
): Promise<Error> {
  // Another miner holds the job. BullMQ takes the next one and leaves this one alone.
  if (signal?.reason === LOCK_LOST || err instanceof LockLostError) return new WaitingError();
  // The miner stops.
  if (signal?.aborted) return handBack(job, token);
  if (err instanceof BusyError) {
    log.debug({ err, job: job.id }, 'busy');
    // It did not answer in time. Waiting in line again is pause enough; a longer one would leave rng idle.
    if (err.silent) return handBack(job, token);
    // It refused. BullMQ puts the job back without using up an attempt, and holds all miners back for a while.
    await queue.rateLimit(err.retryAfterMs);
    return new RateLimitError();
  }
  return err instanceof UpstreamError && !err.retryable ? new UnrecoverableError(err.message) : err;
}

/** Puts the job back to the front of the queue without using up an attempt. Returns the error that tells BullMQ. */
async function handBack(job: Job, token: string | undefined): Promise<Error> {
  await job.moveToWait(token);
  return new WaitingError();
}
