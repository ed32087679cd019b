/**
 * The BullMQ worker: its options, its events, and its shutdown. What it does with a job is in `processor.ts`.
 * @module
 */
import { MetricsTime, type Job } from 'bullmq';
import type { LoopData, LoopResult } from '@dockercoins/common/contract';
import { isUnreachable } from '@dockercoins/common/queue/redis';
import { WarnOnce } from '@dockercoins/common/log/warn-once';
import type { Tracing } from '@dockercoins/common/tracing/tracing';
import { BullWorker } from './bull-worker.ts';
import type { LoopCounter } from './counter.ts';
import { JobLog } from './job-log.ts';
import { createProcessor, type ProcessorOptions } from './processor.ts';
import { Rest } from './rest.ts';

/** Pause after a connection error. BullMQ's default of 15 s would keep miners idle long after Redis is back. */
const RETRY_DELAY_MS = 1000;

/** An idle worker sleeps until BullMQ's marker wakes it up, or for this long if the marker is lost. BullMQ's default is 5 s. */
const DRAIN_DELAY_S = 1;

/** Pause after Redis has refused a command. BullMQ pauses only after connection errors, and would try again at once. */
const REFUSED_PAUSE_MS = 1000;

/** While a global rate limit keeps it waiting, a worker looks this often whether the limit is gone. BullMQ's default is 30 s. */
const MAX_LIMIT_DELAY_MS = 1000;

/** Redis' reply to a blocking read when it becomes a replica. The reply to the next command says so, too. */
const UNBLOCKED = /^UNBLOCKED/;

/** How long a shutdown waits for running loops. The rest of its deadline is for handing jobs back. */
const FINISH_MS = 7000;

interface WorkerOptions extends Omit<ProcessorOptions, 'rest' | 'jobLog'> {
  /** Jobs processed at once. */
  concurrency: number;
  /** How long a job stays with this worker after the last renewal of its lock (ms). */
  lockMs: number;
  counter: LoopCounter;
  /** Lets all workers of this miner rest for this long (ms), because rng or hasher is overloaded; by default, only this one. */
  restAll?: (ms: number) => void;
  /** Called with the reason if it will never take a job, because Redis has refused its first command. */
  onUnusable: (reason: string) => void;
  tracing?: Pick<Tracing, 'worker'> | undefined;
}

/** What a worker has done since it started. */
export interface Activity {
  /** Jobs in progress. */
  active: number;
  /** Runs that have ended, whatever their outcome. */
  ended: number;
  /** True while it takes no jobs, because Redis, rng or hasher has refused something. */
  resting: boolean;
}

export interface LoopWorker {
  worker: BullWorker<LoopData, LoopResult>;
  activity: Readonly<Activity>;
  /** Takes no jobs for at least this long (ms). */
  rest: (ms: number) => void;
  /** Takes no more jobs and finishes running loops. Those that take longer than `finishMs` go back into the queue. */
  stop: (finishMs?: number) => Promise<void>;
}

/**
 * Starts a worker for one queue. `redis` must be a worker connection; BullMQ opens a second one like it for blocking reads.
 *
 * BullMQ delivers a job at least once, so a loop may run twice. It completes once, and its coin is stored once (`coin.ts`).
 * The exact count of loops is BullMQ's own: with `metrics`, the script that completes a job also counts it.
 */
export function startWorker(options: WorkerOptions): LoopWorker {
  const { redis, queue, name, concurrency, lockMs, stats, counter, onUnusable, log, tracing } =
    options;
  const jobLog = new JobLog(options);
  const { restAll = (ms) => rest.take(ms) } = options;
  const process = createProcessor({ ...options, jobLog, rest: restAll });
  const countLoop = new WeakMap<Job, () => void>();
  // Three parameters: BullMQ passes the signal only to processors that declare it.
  const countedProcess: typeof process = async (job, token, signal) => {
    countLoop.set(job, counter.begin());
    stats.active++;
    activity.active++;
    try {
      return await process(job, token, signal);
    } finally {
      stats.active--;
      activity.active--;
      activity.ended++;
    }
  };
  const worker = new BullWorker<LoopData, LoopResult>(queue.name, countedProcess, {
    connection: redis,
    name,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 3,
    drainDelay: DRAIN_DELAY_S,
    runRetryDelay: RETRY_DELAY_MS,
    maximumRateLimitDelay: MAX_LIMIT_DELAY_MS,
    metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
    ...(tracing && { telemetry: tracing.worker }),
  });

  const rest = new Rest(worker);
  const activity = {
    active: 0,
    ended: 0,
    get resting() {
      return rest.isResting;
    },
  };

  const warnings = new WarnOnce(log, 'the worker cannot go on');
  worker.on('completed', (job) => {
    stats.loops++;
    countLoop.get(job)?.();
    if (!rest.isResting) warnings.recovered();
  });
  worker.on('failed', (job, err) => {
    stats.errors++;
    const isFinal = job?.finishedOn !== undefined;
    const outcome = isFinal ? 'loop failed for good' : `loop failed (attempt ${job?.attemptsMade})`;
    log.warn({ err, job: job?.id }, outcome);
    if (job !== undefined) jobLog.add(job, 'failed', err.message);
  });
  worker.on('stalled', (id) => {
    log.warn(`job ${id} stalled: its lock expired, so it goes back into the queue`);
    jobLog.addStalled(id);
  });
  worker.on('lockRenewalFailed', (ids) => worker.cancelLost(ids));
  worker.on('error', (err) => {
    const isNews = !isUnreachable(redis, err) && !UNBLOCKED.test(err.message); // otherwise the connection logs it
    if (isNews) warnings.warn(err);
    if (redis.status === 'ready' && !isAboutOneJob(err)) rest.take(REFUSED_PAUSE_MS);
  });
  let isStopping = false;
  worker.waitUntilReady().catch((err: unknown) => {
    if (!isStopping) onUnusable(`the worker cannot start: ${(err as Error).message}`);
  });
  return {
    worker,
    activity,
    rest: (ms) => rest.take(ms),
    async stop(finishMs = FINISH_MS) {
      isStopping = true;
      rest.end();
      const timer = setTimeout(() => worker.cancelAllJobs('shutting down'), finishMs);
      await worker.close();
      clearTimeout(timer);
    },
  };
}

/** Returns true for what BullMQ itself says about a single job: that its lock is lost, or that it is gone. */
function isAboutOneJob(err: Error & { code?: unknown }): boolean {
  return typeof err.code === 'number' || err.message.startsWith('could not renew lock');
}
