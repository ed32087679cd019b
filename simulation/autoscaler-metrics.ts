/**
 * What an autoscaler can measure of a pipeline, through Prometheus.
 * @module
 */
import { sum } from '@dockercoins/common/statistics';
import type { Pipeline } from './pipeline.ts';

/** The rate in the query of `autoscale-latency` covers a minute; Prometheus scrapes four times. */
const WINDOW_MS = 60_000;
const SCRAPE_MS = 15_000;

export interface Metrics {
  waitingJobs: () => number;
  activeJobs: () => number;
  /** Means of the last minute: requests at all rngs together, and how long each waits there (ms). */
  requestsAtRng: () => number;
  meanWaitMs: () => number;
}

/** Measures from now on. */
export function metricsOf(pipeline: Pipeline): Metrics {
  const scrapes: Scrape[] = [];
  pipeline.engine.every(
    SCRAPE_MS,
    () => {
      scrapes.push(scrape(pipeline));
      if (scrapes.length > WINDOW_MS / SCRAPE_MS + 1) scrapes.shift();
      return true;
    },
    0,
  );
  const grown = (name: keyof Scrape) => (scrapes.at(-1)?.[name] ?? 0) - (scrapes[0]?.[name] ?? 0);
  return {
    waitingJobs: () => sum(pipeline.redis.queues.map(({ waiting }) => waiting)),
    activeJobs: () => sum(pipeline.redis.queues.map(({ counts }) => counts.active)),
    requestsAtRng: () => (grown('waitMs') + grown('serviceMs')) / (grown('at') || Infinity),
    meanWaitMs: () => grown('waitMs') / (grown('admitted') || Infinity),
  };
}

/** Totals over all rngs, as in their `gate_wait_seconds` and `gate_service_seconds`. */
type Scrape = ReturnType<typeof scrape>;

function scrape(pipeline: Pipeline) {
  const totals = pipeline.allReplicas('rng').map((replica) => replica.totals());
  return {
    at: pipeline.engine.now,
    admitted: sum(totals.map(({ admitted }) => admitted)),
    waitMs: sum(totals.map(({ waitMs }) => waitMs)),
    serviceMs: sum(totals.map(({ serviceMs }) => serviceMs)),
  };
}
