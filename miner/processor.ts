/**
 * What the worker does with a job: mines one loop and stores its coin. If the loop fails, decides what happens to the job.
 * @module
 */
import { RateLimitError, UnrecoverableError, WaitingError, type Job } from 'bullmq';
import { JOB_NAME, type LoopData, type LoopResult } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue';
import type { RedisClient } from '@dockercoins/common/redis';
import type { RedisClock } from '@dockercoins/common/redis-clock';
import type { Logger } from '@dockercoins/common/service/log';
import { WarnOnce } from '@dockercoins/common/service/warn-once';
import { claimCoin, claimedCoin, LockLostError, storeCoin } from './coin.ts';
import type { Loop } from './mine.ts';
import type { MinerStats } from './stats.ts';
import { BusyError, UpstreamError } from './upstream/errors.ts';

export interface ProcessorOptions {
  redis: RedisClient;
  /** The queue of the jobs. */
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

/** One run of a job. A job that stalls or fails runs again, with another token. */
interface Run {
  job: LoopJob;
  /** Token of the job's lock during this run. */
  token: string;
  /** Aborted if the job is canceled. */
  signal: AbortSignal;
}

/** Reason for canceling a job whose lock this miner has lost. */
export const LOCK_LOST = 'lock lost';

/** Returns the function that processes a job. */
export function createProcessor(options: ProcessorOptions) {
  const { log } = options;
  const overload = new WarnOnce(log, 'rng or hasher is overloaded or does not respond');
  return async (
    job: LoopJob,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LoopResult> => {
    if (token === undefined || signal === undefined) throw new Error('no token or no signal');
    const run = { job, token, signal };
    try {
      const result = await runLoop(run, options);
      overload.recovered();
      return result;
    } catch (err) {
      if (err instanceof BusyError && !signal.aborted) overload.warn(err);
      throw await release(run, err, options);
    }
  };
}

/** Bull Board can add jobs without data. */
const isPoison = (data: LoopData | null) => data?.poison === true;

async function runLoop(
  { job, token, signal }: Run,
  { redis, queue, clock, name, mine, stats, log }: ProcessorOptions,
): Promise<LoopResult> {
  if (job.name !== JOB_NAME) {
    throw new UnrecoverableError(`expected a job named "${JOB_NAME}", got "${job.name}"`);
  }
  if (isPoison(job.data)) throw new Error('poison: every attempt to run this job fails');
  // An earlier run of this job claimed its coin, then died: complete with that coin. Bull Board can add jobs without data.
  const claimed = claimedCoin(job.data);
  if (claimed !== undefined) {
    if (await storeCoin(redis, claimed, name)) stats.coins++;
    return { hash: claimed.hash, coin: true };
  }

  const queueWait = Math.max(0, clock.now() - job.timestamp);
  const { hash, coin, bytes, stages } = await mine(signal);
  stats.addTimes({ queueWait, ...stages });

  if (coin) {
    log.info(`Coin found: ${hash.slice(0, 8)}...`);
    await claimCoin(redis, { queue: queue.name, jobId: job.id ?? '', token }, { hash, bytes });
    if (await storeCoin(redis, { hash, bytes }, name)) stats.coins++;
    else log.info('We already had that coin');
  }
  return { hash, coin };
}

/** Decides what happens to a job whose loop failed, and returns the error that signals this to BullMQ. */
async function release(run: Run, err: unknown, { queue }: ProcessorOptions): Promise<unknown> {
  const { signal } = run;
  // Another miner may hold the job, so it is not ours to hand back.
  if (signal.reason === LOCK_LOST || err instanceof LockLostError) return new WaitingError();
  // The miner is shutting down.
  if (signal.aborted) return handBack(run);
  if (err instanceof BusyError) {
    // No response in time, or `Retry-After: 0`: the next run waits in line anyway, and a pause would leave rng idle.
    if (err.timedOut || err.retryAfterMs === 0) return handBack(run);
    // Refused: BullMQ puts the job back without using up an attempt and pauses all miners.
    try {
      await queue.rateLimit(err.retryAfterMs);
      return new RateLimitError();
    } catch {
      return handBack(run); // Redis is unreachable or full
    }
  }
  const isHopeless = err instanceof UpstreamError && !err.retryable;
  return isHopeless ? new UnrecoverableError(err.message) : err;
}

/** Puts the job at the front of the queue without using up an attempt. Returns the error that signals this to BullMQ. */
async function handBack({ job, token }: Run): Promise<Error> {
  await job.moveToWait(token);
  return new WaitingError();
}
