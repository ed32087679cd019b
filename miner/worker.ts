/**
 * The BullMQ worker: takes a job, mines one loop, keeps the coin.
 * @module
 */
import { MetricsTime, UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  JOB_NAME,
  keys,
  QUEUE_NAME,
  type Coin,
  type LoopResult,
} from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log';
import type { LoopCounter } from './counter.ts';
import { mine, type MineOptions } from './mine.ts';
import type { Tally } from './tally.ts';
import { UpstreamError } from './upstream-error.ts';

/** How many of the newest coins are listed. */
const NEWEST_COINS = 20;

interface WorkerOptions {
  /** A patient connection; the worker opens one more of its kind for its blocking reads. */
  redis: Redis;
  /** Written on each job that this worker does. */
  name: string;
  concurrency: number;
  mining: MineOptions;
  tally: Tally;
  counter: LoopCounter;
  log: Logger;
}

/**
 * Starts to work. Closing the worker finishes the jobs under way first.
 *
 * A job may run twice (its worker died after the work and before the note that it is done), so all
 * that a job does can be done twice: a coin is kept under its hash. Loops are counted when BullMQ
 * has the job as completed, not when the processor returns; and the exact count is BullMQ's own,
 * which it keeps in the same step (`metrics`).
 */
export function startWorker(options: WorkerOptions): Worker<unknown, LoopResult> {
  const { redis, name, concurrency, tally, counter, log } = options;

  // BullMQ passes the signal only to a processor that declares three parameters.
  const process = async (job: Job, _token: string | undefined, signal?: AbortSignal) => {
    tally.active++;
    try {
      return await runLoop(job, options, signal ?? new AbortController().signal);
    } catch (err) {
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
    maxStalledCount: 3,
    metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
  });

  worker.on('completed', () => {
    tally.loops++;
    counter.add();
  });
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
  worker.on('error', (err) => log.debug({ err }, 'worker')); // the connection tells people
  return worker;
}

async function runLoop(
  job: Job,
  { redis, name, mining, tally, log }: WorkerOptions,
  signal: AbortSignal,
): Promise<LoopResult> {
  if (job.name !== JOB_NAME) {
    throw new UnrecoverableError(`a job named "${job.name}", expected "${JOB_NAME}"`);
  }
  const queueWait = Math.max(0, (job.processedOn ?? 0) - job.timestamp);
  const { hash, coin, bytes, stages, rng, hasher } = await mine(mining, signal);
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
