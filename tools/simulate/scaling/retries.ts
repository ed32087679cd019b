/**
 * A thousand miners, after rng has hung, died and been restarted: retries with and without jitter.
 * @module
 */
import { Meter } from '../../../simulation/figures.ts';
import { Pipeline } from '../../../simulation/pipeline.ts';
import { MEASURED, planOf, type Settings } from '../../../simulation/settings.ts';

const MINERS = 1000;

/** When rng hangs, when it is killed, and when it works again (ms). Then all requests that hang fail at once. */
const HANGS_AT = 20_000;
const KILLED_AT = 23_000;
const WORKS_AT = 26_000;
const END_AT = 36_000;

/** How often the requests at rng are counted (ms). */
const STEP_MS = 20;

export interface RetriesRow {
  name: string;
  withJitter: Recovery;
  withoutJitter: Recovery;
}

export interface Recovery {
  /** Most requests at rng at once, after it works again. */
  most: number;
  /** 95% of the loops after the kill waited at most this long at rng (ms). */
  p95Ms: number;
  /** From when rng works again until no more than twice as many requests as slots are there; undefined if never. */
  seconds: number | undefined;
  /** Attempts that failed, and jobs that failed for good. */
  errors: number;
  failed: number;
}

const CASES: { name: string; settings: Partial<Settings> }[] = [
  {
    name: 'jobs always wait, 100 slots',
    settings: { RNG_SLOTS: 100 },
  },
  {
    name: '100 jobs/s, 20 slots (half busy)',
    settings: { RNG_SLOTS: 20, PRODUCER_RATE: 100 },
  },
  {
    name: '100 jobs/s, 100 slots (a tenth busy)',
    settings: { RNG_SLOTS: 100, PRODUCER_RATE: 100 },
  },
];

export const retriesRows = (): RetriesRow[] =>
  CASES.map(({ name, settings }) => ({
    name,
    withJitter: recoveryOf(settings, false),
    withoutJitter: recoveryOf(settings, true),
  }));

function recoveryOf(settings: Partial<Settings>, withoutJitter: boolean): Recovery {
  const plan = planOf({ scale: { miner: MINERS }, settings, costs: MEASURED });
  const pipeline = new Pipeline({ ...plan, withoutJitter });
  pipeline.at(HANGS_AT, { kind: 'freeze', name: 'rng-1', forMs: END_AT });
  pipeline.at(KILLED_AT, { kind: 'kill', name: 'rng-1', forMs: WORKS_AT - KILLED_AT });
  pipeline.runUntil(KILLED_AT);
  const meter = new Meter(pipeline);
  const present: number[] = [];
  for (let at = WORKS_AT; at <= END_AT; at += STEP_MS) {
    pipeline.runUntil(at);
    present.push(pipeline.replicas.rng.get('rng-1')?.visits.size ?? NaN);
  }
  const { errors, failed, rngWaitP95Ms } = meter.figures();
  const slots = plan.settings.RNG_SLOTS;
  const lastCrowd = present.findLastIndex((requests) => requests > 2 * slots);
  const isOver = lastCrowd < present.length - 1;
  return {
    most: Math.max(...present),
    p95Ms: rngWaitP95Ms ?? NaN,
    seconds: isOver ? ((lastCrowd + 1) * STEP_MS) / 1000 : undefined,
    ...{ errors, failed },
  };
}
