/**
 * The BullMQ worker: its options, its events, and its shutdown. What it does with a job is in `processor.ts`.
 * @module
 */
import { MetricsTime, Worker } from 'bullmq';
import type { LoopData, LoopResult } from '@dockercoins/common/contract';
import { RATE_LIMITER } from '@dockercoins/common/queue';
import { isUnreachable } from '@dockercoins/common/redis';
import { WarnOnce } from '@dockercoins/common/service/warn-once';
import type { Tracing } from '@dockercoins/common/tracing/tracing';
import type { LoopCounter } from './counter.ts';
import { createProcessor, LOCK_LOST, type ProcessorOptions } from './processor.ts';

/** Pause after a connection error. BullMQ's default of 15 s would keep miners idle long after Redis is back. */
const RETRY_DELAY_MS = 1000;

/**
 * An idle worker sleeps until BullMQ's marker wakes it up, or for this long if the marker is lost with a connection.
 * BullMQ's default is 5 s. (While jobs are delayed, it sleeps until the first is due, at most 10 s.)
 */
const DRAIN_DELAY_S = 1;

/** How long a shutdown waits for running loops. The rest of its deadline is for handing jobs back. */
const FINISH_MS = 7000;

interface WorkerOptions extends ProcessorOptions {
  /** Jobs processed at once. */
  concurrency: number;
  /** How long a job stays with this worker after the last renewal of its lock (ms). */
  lockMs: number;
  counter: LoopCounter;
  tracing?: Pick<Tracing, 'worker'> | undefined;
}

/** What a worker has done since it started. */
export interface Activity {
  /** Jobs in progress. */
  active: number;
  /** Runs that have ended, whatever their outcome. */
  ended: number;
}

export interface LoopWorker {
  worker: Worker<LoopData, LoopResult>;
  activity: Readonly<Activity>;
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
  const { redis, queue, name, concurrency, lockMs, stats, counter, log, tracing } = options;
  const activity = { active: 0, ended: 0 };
  const process = createProcessor(options);
  // Three parameters: BullMQ passes the signal only to processors that declare it.
  const countedProcess: typeof process = async (job, token, signal) => {
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
  const worker = new Worker<LoopData, LoopResult>(queue.name, countedProcess, {
    connection: redis,
    name,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 3,
    drainDelay: DRAIN_DELAY_S,
    runRetryDelay: RETRY_DELAY_MS,
    limiter: RATE_LIMITER,
    metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
    ...(tracing && { telemetry: tracing.worker }),
  });

  const warnings = new WarnOnce(log, 'worker');
  worker.on('completed', () => {
    stats.loops++;
    counter.add();
    warnings.recovered();
  });
  worker.on('failed', (job, err) => {
    stats.errors++;
    const isFinal = job?.finishedOn !== undefined;
    const outcome = isFinal ? 'loop failed for good' : `loop failed (attempt ${job?.attemptsMade})`;
    log.warn({ err, job: job?.id }, outcome);
  });
  worker.on('stalled', (id) =>
    log.warn(`job ${id} stalled: its lock expired, so it goes back into the queue`),
  );
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, LOCK_LOST);
  });
  worker.on('error', (err) => {
    if (!isUnreachable(redis, err)) warnings.warn(err); // otherwise the connection logs it
  });
  return {
    worker,
    activity,
    async stop(finishMs = FINISH_MS) {
      const timer = setTimeout(() => worker.cancelAllJobs('shutting down'), finishMs);
      await worker.close();
      clearTimeout(timer);
    },
  };
}
