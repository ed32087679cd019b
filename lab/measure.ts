/**
 * One experiment: hashes per second, response times, and load balancing with a given number of miners and rng replicas.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';
import { httping } from '../testing/httping.ts';
import { readFrame } from '../testing/read-frame.ts';
import { until } from '../testing/until.ts';

export interface Experiment {
  miners: number;
  rngs: number;
  /** Theoretical limit in hashes per second. */
  limit: number;
}

/** A stack that can be scaled. */
export interface Deployment {
  /** Scales the stack, starting it if necessary, and resolves to the origins of its services. */
  scale: (experiment: Experiment) => Promise<{ dashboard: string; rng: string; hasher: string }>;
  /** Returns how many requests each rng replica has served so far. */
  served: () => Promise<Map<string, number>>;
  stop: () => Promise<void>;
}

export interface Row extends Experiment {
  /** Median of samples taken every second, in hashes per second. */
  speed: number;
  /** Mean response time of ten sequential HEAD requests, in milliseconds. */
  rngPing: number;
  hasherPing: number;
  /** Requests served by the least busy rng replica divided by those of the busiest. */
  evenness: number;
}

/** Long enough to fill the sliding window of the speed, and to warm up the processes. */
const SETTLE_MS = 12_000;

/** Measures for `seconds` once the stack has settled. Pings come last, because they add load to rng. */
export async function measure(
  deployment: Deployment,
  experiment: Experiment,
  seconds: number,
): Promise<Row> {
  const { dashboard, rng, hasher } = await deployment.scale(experiment);
  const frame = () => readFrame(dashboard);
  await until(
    `the dashboard shows ${experiment.miners} miners`,
    async () => (await frame())?.miners === experiment.miners,
    60_000,
  );
  await sleep(SETTLE_MS);
  const before = await deployment.served();
  const speeds: number[] = [];
  for (let n = 0; n < seconds; n++) {
    await sleep(1000);
    speeds.push((await frame())?.speed ?? 0);
  }
  const after = await deployment.served();
  const served = [...after]
    .map(([name, count]) => count - (before.get(name) ?? 0))
    .filter((count) => count > 0);
  return {
    ...experiment,
    speed: median(speeds),
    rngPing: await httping(rng, 10),
    hasherPing: await httping(hasher, 10),
    evenness: Math.min(...served) / Math.max(...served),
  };
}
