/**
 * What a simulation measures between two moments.
 * @module
 */
import { STAGES, type Stage } from '@dockercoins/common/contract';
import { addDifference, quantile, totalOf, type Histogram } from '@dockercoins/common/histogram';
import { sum } from '@dockercoins/common/statistics';
import { Pipeline, type Happening } from './pipeline.ts';
import type { Plan } from './settings.ts';

export interface Figures {
  /** How long was measured (virtual seconds). */
  seconds: number;
  /** Loops completed in that time, and per second. */
  loops: number;
  hashesPerSecond: number;
  /** Means over the loops, as miners report them (ms): waiting includes the network. Null without a loop. */
  rngWaitMs: number | null;
  rngServiceMs: number | null;
  hasherWaitMs: number | null;
  hasherServiceMs: number | null;
  /** From adding a job to starting it (ms). */
  queueWaitMs: number | null;
  /** 95% of the loops waited at most this long at rng (ms). */
  rngWaitP95Ms: number | null;
  /** Share of the slots that was busy; null without a limit. */
  rngUtilization: number | null;
  hasherUtilization: number | null;
  /** Failed attempts, and jobs that failed for good, stalled, or were added. */
  errors: number;
  failed: number;
  stalled: number;
  added: number;
  /** Waiting jobs at the end. */
  waiting: number;
  coins: number;
  /** What the simulator had to do, per virtual second. */
  eventsPerSecond: number;
}

/** Counts from its creation to a call of `figures`. */
export class Meter {
  readonly #pipeline: Pipeline;
  readonly #before: ReturnType<typeof totalsOf>;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    this.#before = totalsOf(pipeline);
  }

  figures(): Figures {
    const before = this.#before;
    const now = totalsOf(this.#pipeline);
    const seconds = (now.at - before.at) / 1000;
    const loops = now.completed - before.completed;
    const mean = (stage: Stage) => {
      const count = totalOf(now.spreads[stage]) - totalOf(before.spreads[stage]);
      return count === 0 ? null : (now.sums[stage] - before.sums[stage]) / count;
    };
    const utilization = (service: 'rng' | 'hasher') => {
      const slots = now[service].slotArea - before[service].slotArea;
      return slots === 0 ? null : (now[service].busyArea - before[service].busyArea) / slots;
    };
    const waits: Histogram = {};
    addDifference(waits, now.spreads.rngWait, before.spreads.rngWait);
    return {
      seconds,
      loops,
      hashesPerSecond: loops / seconds,
      rngWaitMs: mean('rngWait'),
      rngServiceMs: mean('rngService'),
      hasherWaitMs: mean('hasherWait'),
      hasherServiceMs: mean('hasherService'),
      queueWaitMs: mean('queueWait'),
      rngWaitP95Ms: quantile(waits, 0.95),
      rngUtilization: utilization('rng'),
      hasherUtilization: utilization('hasher'),
      errors: now.errors - before.errors,
      failed: now.failed - before.failed,
      stalled: now.stalled - before.stalled,
      added: now.added - before.added,
      waiting: now.waiting,
      coins: now.coins - before.coins,
      eventsPerSecond: (now.events - before.events) / seconds,
    };
  }
}

/**
 * Simulates a plan and returns the figures after the warm-up.
 * @param happenings by time from the start (ms)
 */
export function simulate(
  plan: Plan,
  seconds: number,
  { warmUp = 0, happenings = [] }: { warmUp?: number; happenings?: [number, Happening][] } = {},
): Figures {
  const pipeline = new Pipeline(plan);
  for (const [ms, happening] of happenings) pipeline.at(ms, happening);
  pipeline.runUntil(warmUp * 1000);
  const meter = new Meter(pipeline);
  pipeline.runUntil(seconds * 1000);
  return meter.figures();
}

/** Everything that is counted, since the start. */
function totalsOf(pipeline: Pipeline) {
  const { engine, redis } = pipeline;
  const counts = redis.queues.map((queue) => queue.counts);
  const count = (name: keyof (typeof counts)[number]) => sum(counts.map((each) => each[name]));
  const miners = pipeline.allMiners().map(({ stats }) => stats);
  const perStage = <T>(value: (stage: Stage) => T) =>
    Object.fromEntries(STAGES.map((stage) => [stage, value(stage)])) as Record<Stage, T>;
  return {
    at: engine.now,
    events: engine.events,
    completed: count('completed'),
    failed: count('failed'),
    stalled: count('stalled'),
    added: count('added'),
    waiting: count('waiting'),
    coins: redis.coins,
    errors: sum(miners.map(({ errors }) => errors)),
    sums: perStage((stage) => sum(miners.map(({ stages }) => stages[stage].sum))),
    spreads: perStage((stage) => {
      const all: Histogram = {};
      for (const { stages } of miners) addDifference(all, stages[stage].spread);
      return all;
    }),
    rng: areasOf(pipeline, 'rng'),
    hasher: areasOf(pipeline, 'hasher'),
  };
}

function areasOf(pipeline: Pipeline, service: 'rng' | 'hasher') {
  const totals = pipeline.allReplicas(service).map((replica) => replica.totals());
  const area = (name: 'busyArea' | 'slotArea') => sum(totals.map((each) => each[name]));
  return { busyArea: area('busyArea'), slotArea: area('slotArea') };
}
