/**
 * What the worker does with a job: mines one loop and keeps its coin. If the loop fails, decides what becomes of the job.
 * @module
 */
import { RateLimitError, UnrecoverableError, WaitingError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { JOB_NAME, type LoopData, type LoopResult } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue';
import type { RedisClock } from '@dockercoins/common/redis-clock';
import type { Logger } from '@dockercoins/common/service/log';
import { keepCoin, LockLostError } from './coin.ts';
import type { Loop } from './mine.ts';
import type { MinerStats } from './stats.ts';
import { BusyError, UpstreamError } from './upstream/errors.ts';

export interface ProcessorOptions {
  redis: Redis;
  queue: LoopQueue;
  clock: RedisClock;
  /** Name of this miner. */
  name: string;
  /** Mines one loop. */
  mine: (signal: AbortSignal) => Promise<Loop>;
  stats: MinerStats;
  log: Logger;
}

type LoopJob = Job<LoopData, LoopResult>;

/** Why a job is cancelled if another miner may hold it by now. */
export const LOCK_LOST = 'lock lost';

/** Returns BullMQ's processor. It declares three parameters, because BullMQ passes the signal only then. */
export function createProcessor(options: ProcessorOptions) {
  const { stats } = options;
  return async (
    job: LoopJob,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LoopResult> => {
    stats.active++;
    try {
      return await runLoop(job, token ?? '', signal ?? new AbortController().signal, options);
    } catch (err) {
      throw await release(job, token, signal, err as Error, options);
    } finally {
      stats.active--;
    }
  };
}

async function runLoop(
  job: LoopJob,
  token: string,
  signal: AbortSignal,
  { redis, clock, name, mine, stats, log }: ProcessorOptions,
): Promise<LoopResult> {
  if (job.name !== JOB_NAME) {
    throw new UnrecoverableError(`expected a job named "${JOB_NAME}", got "${job.name}"`);
  }
  // An earlier run of this job stored its coin, then died: complete with that coin.
  const stored = (job.data as LoopData | null)?.coin;
  if (stored !== undefined) return { hash: stored, coin: true };

  const queueWait = Math.max(0, clock.now() - job.timestamp);
  const loop = await mine(signal);
  stats.addLoop({ queueWait, ...loop.stages }, loop, performance.now());

  const { hash, coin, bytes } = loop;
  if (coin) {
    log.info(`Coin found: ${hash.slice(0, 8)}...`);
    const isNew = await keepCoin(redis, { jobId: job.id ?? '', token, hash, bytes, miner: name });
    if (isNew) stats.coins++;
    else log.info('We already had that coin');
  }
  return { hash, coin };
}

/** Decides what becomes of a job whose loop did not finish. Returns the error that tells BullMQ. */
async function release(
  job: LoopJob,
  token: string | undefined,
  signal: AbortSignal | undefined,
  err: Error,
  { queue, log }: ProcessorOptions,
): Promise<Error> {
  // Another miner holds the job, so it is not ours to hand back.
  if (signal?.reason === LOCK_LOST || err instanceof LockLostError) return new WaitingError();
  // The miner is shutting down.
  if (signal?.aborted) return handBack(job, token);
  if (err instanceof BusyError) {
    log.debug({ err, job: job.id }, 'upstream busy');
    // No answer in time. The job queues up again, which is pause enough; a longer one would leave rng idle.
    if (err.timedOut) return handBack(job, token);
    // Refused. BullMQ puts the job back without using up an attempt and pauses all miners.
    await queue.rateLimit(err.retryAfterMs);
    return new RateLimitError();
  }
  const isHopeless = err instanceof UpstreamError && !err.retryable;
  return isHopeless ? new UnrecoverableError(err.message) : err;
}

/** Puts the job at the front of the queue without using up an attempt. Returns the error that tells BullMQ. */
async function handBack(job: LoopJob, token: string | undefined): Promise<Error> {
  await job.moveToWait(token);
  return new WaitingError();
}
