/**
 * One row of the experiment.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readFrame } from '../testing/read-frame.ts';
import { httping } from '../testing/httping.ts';
import { until } from '../testing/until.ts';
import { median } from '@dockercoins/common/statistics';

export interface Experiment {
  miners: number;
  rngs: number;
  /** Hashes a second on paper. */
  limit: number;
}

/** Where an experiment runs. */
export interface Deployment {
  /** Brings the stack to these numbers and resolves with the addresses of it. */
  scale: (experiment: Experiment) => Promise<{ dashboard: string; rng: string; hasher: string }>;
  /** Requests that each rng replica has served so far. */
  served: () => Promise<Map<string, number>>;
  end: () => Promise<void>;
}

export interface Row extends Experiment {
  /** Median of one reading a second, in hashes a second. */
  speed: number;
  /** Mean of ten HEAD requests in a row, in milliseconds. */
  rngPing: number;
  hasherPing: number;
  /** Requests of the rng that served the fewest : of the one that served the most. */
  evenness: number;
}

/** Long enough for the sliding window of the speed, and for processes to get warm. */
const SETTLE_MS = 12_000;

/** Measures for so many seconds once the stack has settled; the pings come after, for they load rng. */
export async function measure(
  deployment: Deployment,
  experiment: Experiment,
  seconds: number,
): Promise<Row> {
  const { dashboard, rng, hasher } = await deployment.scale(experiment);
  const frame = () => readFrame(dashboard);
  await until(
    'all miners are there',
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
