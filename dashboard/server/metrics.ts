/**
 * Prometheus metrics of the queues and the dashboard, read at each scrape.
 *
 * The first three are also what BullMQ's `queue.exportPrometheusMetrics()` returns. It is not used, because for two counts it
 * reads the data points of every minute of a week, and because the exports of several queues cannot be concatenated: each
 * repeats the headers.
 * @module
 */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import { isUnreachable, type RedisClient } from '@dockercoins/common/queue/redis';
import type { Logger } from '@dockercoins/common/log/log';
import { WarnOnce } from '@dockercoins/common/log/warn-once';
import type { Broadcast } from './broadcast.ts';

interface DashboardParts {
  redis: RedisClient;
  queues: readonly LoopQueue[];
  broadcast: Pick<Broadcast, 'viewers'>;
  log: Logger;
}

/** A counter or a gauge with the label `queue`. */
interface Samples {
  reset: () => void;
  inc: (labels: Record<string, string>, value: number) => void;
}

/** Registers the metrics. While Redis does not respond, those of the queues have no samples rather than old ones. */
export function registerDashboardMetrics(
  { redis, queues, broadcast, log }: DashboardParts,
  registry: Registry,
): void {
  const registers = [registry];

  /** Returns a `collect` function that shows what `read` returns for each queue: one value, or one per state. */
  const collect = (read: (queue: LoopQueue) => Promise<number | Record<string, number>>) => {
    const warnings = new WarnOnce(log, 'cannot read metrics from Redis');
    return async function (this: Samples) {
      try {
        const values = await Promise.all(queues.map(read));
        this.reset();
        for (const [index, value] of values.entries()) {
          const queue = queues[index]?.name ?? '';
          if (typeof value === 'number') this.inc({ queue }, value);
          else for (const [state, n] of Object.entries(value)) this.inc({ queue, state }, n);
        }
        warnings.recovered();
      } catch (err) {
        this.reset();
        if (!isUnreachable(redis, err as Error)) warnings.warn(err); // otherwise the connection logs it
      }
    };
  };

  new Gauge({
    name: 'bullmq_job_count',
    help: 'jobs by state',
    labelNames: ['queue', 'state'],
    registers,
    collect: collect((queue) => queue.getJobCounts()),
  });
  for (const outcome of ['completed', 'failed'] as const) {
    new Counter({
      name: `bullmq_job_${outcome}_total`,
      help: `jobs ${outcome}${outcome === 'failed' ? ' for good' : ''}`,
      labelNames: ['queue'],
      registers,
      collect: collect(async (queue) => (await queue.getMetrics(outcome, 0, 0)).meta.count),
    });
  }
  new Gauge({
    name: 'bullmq_queue_paused',
    help: '1 if the queue is paused, otherwise 0',
    labelNames: ['queue'],
    registers,
    collect: collect(async (queue) => Number(await queue.isPaused())),
  });
  new Gauge({
    name: 'bullmq_oldest_waiting_job_age_seconds',
    help: "time since the job that is next in line was added, by Redis' clock; 0 if none waits",
    labelNames: ['queue'],
    registers,
    collect: collect((queue) => oldestAge(redis, queue)),
  });
  new Gauge({
    name: 'dashboard_viewers',
    help: 'open pages (event streams)',
    registers,
    collect() {
      this.set(broadcast.viewers);
    },
  });
}

/** Returns seconds. The producer stamps jobs with Redis' time. */
async function oldestAge(redis: RedisClient, queue: LoopQueue): Promise<number> {
  const [job] = await queue.getWaiting(0, 0);
  if (job === undefined) return 0;
  const [seconds, micros] = await redis.time();
  return Math.max(0, Number(seconds) + Number(micros) / 1e6 - job.timestamp / 1000);
}
