/**
 * What the worker does with a job: mines one loop and stores its coin. If the loop fails, decides what happens to the job.
 * @module
 */
import { UnrecoverableError, WaitingError, type Job } from 'bullmq';
import { JOB_NAME, STAGES, type LoopData, type LoopResult } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import type { RedisClock } from '@dockercoins/common/queue/redis-clock';
import type { Logger } from '@dockercoins/common/log/log';
import { WarnOnce } from '@dockercoins/common/log/warn-once';
import { claimCoin, claimedCoin, LockLostError, storeCoin } from './coin.ts';
import type { JobLog } from './job-log.ts';
import type { Loop } from './mine.ts';
import { LOCK_LOST } from './run-locks.ts';
import type { MinerStats } from './stats.ts';
import { untilAccepted } from './until-accepted.ts';
import { BusyError } from './upstream/errors.ts';
import { verdictOn } from './verdict.ts';

export interface ProcessorOptions {
  redis: RedisClient;
  /** The queue of the jobs. */
  queue: LoopQueue;
  clock: RedisClock;
  /** Name of this miner. */
  name: string;
  /** Mines one loop. */
  mine: (signal: AbortSignal) => Promise<Loop>;
  /** Takes no more jobs for this long (ms). */
  rest: (ms: number) => void;
  stats: MinerStats;
  jobLog: JobLog;
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

/** Returns the function that processes a job. */
export function createProcessor(options: ProcessorOptions) {
  const { log } = options;
  const overload = new WarnOnce(log, 'rng or hasher is overloaded or does not respond');
  const refusals = new WarnOnce(log, 'cannot store a coin');
  return async (
    job: LoopJob,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LoopResult> => {
    if (token === undefined || signal === undefined) throw new Error('no token or no signal');
    const run = { job, token, signal };
    try {
      const result = await runLoop(run, options, (command) =>
        untilAccepted(command, signal, refusals),
      );
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

/** @param persist repeats a command until Redis accepts it: a coin that was found must not use up the attempts of its job */
async function runLoop(
  { job, token, signal }: Run,
  { redis, queue, clock, name, mine, stats, log }: ProcessorOptions,
  persist: <T>(command: () => Promise<T>) => Promise<T>,
): Promise<LoopResult> {
  if (job.name !== JOB_NAME) {
    throw new UnrecoverableError(`expected a job named "${JOB_NAME}", got "${job.name}"`);
  }
  if (isPoison(job.data)) throw new Error('poison: every attempt to run this job fails');
  const claim = { queue: queue.name, jobId: job.id ?? '', token, miner: name };
  // An earlier run of this job claimed its coin, then died: complete with that coin. Bull Board can add jobs without data.
  const claimed = claimedCoin(job.data);
  if (claimed !== undefined) {
    if (await storeCoin(redis, claim, claimed, persist)) stats.coins++;
    return { hash: claimed.hash, coin: true };
  }

  const queueWait = Math.max(0, clock.now() - job.timestamp);
  const { hash, coin, bytes, stages, rng, hasher } = await mine(signal);
  const times = { queueWait, ...stages };
  stats.addTimes(times);

  if (coin) {
    log.info(`Coin found: ${hash.slice(0, 8)}...`);
    await persist(() => claimCoin(redis, claim, { hash, bytes }));
    if (await storeCoin(redis, claim, { hash, bytes }, persist)) stats.coins++;
    else log.info('We already had that coin');
  }
  return { hash, coin, stageMs: STAGES.map((stage) => toTenths(times[stage])), rng, hasher };
}

const toTenths = (ms: number) => Math.round(ms * 10) / 10;

/** Decides what happens to a job whose loop failed, and returns the error that signals this to BullMQ. */
async function release(
  run: Run,
  err: unknown,
  { rest, jobLog }: ProcessorOptions,
): Promise<unknown> {
  const { signal } = run;
  const { message } = err as Error;
  // Another miner may hold the job, so it is not ours to hand back.
  if (signal.reason === LOCK_LOST || err instanceof LockLostError) return new WaitingError();
  // The miner is shutting down.
  if (signal.aborted) return handBack(run, String(signal.reason), jobLog);
  const { job, restMs } = verdictOn(err);
  if (restMs > 0) rest(restMs);
  if (job === 'hand back') return handBack(run, message, jobLog);
  return job === 'fail' ? new UnrecoverableError(message) : err;
}

/**
 * Puts the job at the front of the queue without using up an attempt. Returns the error that signals this to BullMQ. If Redis
 * refuses, the job comes back when its lock has expired.
 */
async function handBack({ job, token }: Run, reason: string, jobLog: JobLog): Promise<Error> {
  await job.moveToWait(token).then(
    () => jobLog.add(job, 'handed back', reason),
    () => undefined,
  );
  return new WaitingError();
}
