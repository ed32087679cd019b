/**
 * What a setup would do, simulated.
 * @module
 */
import { mean, sum } from '@dockercoins/common/statistics';
import { Meter, type Figures } from '../../../simulation/figures.ts';
import { Pipeline } from '../../../simulation/pipeline.ts';
import type { Replica } from '../../../simulation/replica.ts';
import { DEFAULTS, planOf, type Costs, type Settings } from '../../../simulation/settings.ts';
import type { Setup } from './setup.ts';

export interface Question {
  setup: Setup;
  costs: Costs;
  /** Limits of the queue; null = none. */
  concurrency: number | null;
  rate: number | null;
}

export type LimitName = 'miner' | 'rng' | 'hasher' | 'arrivals' | 'queue' | 'machine';

export interface StagePrediction {
  name: 'miner' | 'rng' | 'hasher';
  /** Share of its slots that is busy, at the busiest replica; null if they are unlimited. */
  utilization: number | null;
  /** Mean wait, with the network (ms); null for miners, and without a loop. */
  waitMs: number | null;
}

export interface Prediction {
  /** Hashes per second. */
  speed: number;
  /** Standard deviation of the speed, if measured for half a minute. */
  deviation: number;
  stages: StagePrediction[];
  limitedBy: LimitName;
}

export interface CurvePoint {
  miners: number;
  /** Hashes per second. */
  speed: number;
}

/** Either the speed, or the curve of speed against miners, fewest first. */
export type Answer = { prediction: Prediction } | { curve: CurvePoint[] };

/** Random numbers differ from seed to seed, and so does the speed. */
const SEEDS = 4;

/** How many loops a simulation is to have, and how long it may take (virtual seconds). */
const LOOPS = { prediction: 2000, curve: 1000 };
const MAX_SECONDS = 60;
const MIN_SECONDS = 0.5;

/** A curve has at most this many points, up to this many times the miners of the setup. */
const MAX_POINTS = 20;
const CURVE_FACTOR = 2;
const MIN_CURVE = 16;

/** A share of a limit from which on it is the limit. */
const REACHED = 0.97;
const BUSY_MACHINE = 0.93;

/** A rough cost of a loop without delays (ms), to know how many there will be. */
const LEAST_LOOP_MS = 0.3;

/**
 * Yields the prediction, then the curve; and undefined in between, where the caller may stop. From one to the next, it takes
 * some ten milliseconds.
 */
export function* predict(question: Question): Generator<Answer | undefined> {
  const runs: Run[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    runs.push(run(question, seed, LOOPS.prediction));
    yield undefined;
  }
  yield { prediction: predictionOf(question, runs) };
  const curve: CurvePoint[] = [];
  for (const miners of curveMiners(question.setup.scale.miner)) {
    const { scale, settings } = question.setup;
    const setup = { settings, scale: { ...scale, miner: miners } };
    const { figures } = run({ ...question, setup }, 1, LOOPS.curve);
    curve.push({ miners, speed: figures.hashesPerSecond });
    yield undefined;
  }
  yield { curve };
}

/**
 * Returns the number of miners at the knee: where a line through the first point reaches the highest speed (the asymptotes of
 * Denning and Buzen, "The Operational Analysis of Queueing Network Models", 1978); null if the curve has none.
 */
export function kneeOf(curve: readonly CurvePoint[]): number | null {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined || first.speed === 0) return null;
  const highest = Math.max(...curve.map(({ speed }) => speed));
  const knee = (highest / first.speed) * first.miners;
  return knee < last.miners / 1.2 ? knee : null;
}

interface Run {
  figures: Figures;
  utilization: Record<'rng' | 'hasher', number | null>;
  /** Share of all cores that is in use; 0 if they are unlimited. */
  machine: number;
}

function run({ setup, costs, concurrency, rate }: Question, seed: number, loops: number): Run {
  const { scale, settings } = setup;
  const pipeline = new Pipeline(planOf({ scale, settings, costs, seed }));
  // Each queue has a limit of its own; the page knows their sum.
  const queues = pipeline.redis.queues.length;
  if (concurrency !== null)
    pipeline.happen({ kind: 'concurrency', jobs: Math.max(1, Math.round(concurrency / queues)) });
  if (rate !== null) pipeline.happen({ kind: 'rate', jobsPerSecond: rate / queues });
  const seconds = secondsFor(setup, loops);
  const totalsOf = (service: 'rng' | 'hasher') =>
    [...pipeline.replicas[service].values()].map((replica) => replica.totals());
  pipeline.runUntil(seconds * 500);
  const meter = new Meter(pipeline);
  const before = { rng: totalsOf('rng'), hasher: totalsOf('hasher') };
  pipeline.runUntil(seconds * 1500);
  const figures = meter.figures();
  return {
    figures,
    utilization: {
      rng: highest(before.rng, totalsOf('rng')),
      hasher: highest(before.hasher, totalsOf('hasher')),
    },
    machine: machineOf(figures, costs),
  };
}

/** Returns how long to simulate to see about this many loops (virtual seconds). */
function secondsFor({ scale, settings }: Setup, loops: number): number {
  const all = { ...DEFAULTS, ...settings };
  const delaysMs = all.MINER_WORK_MS + all.RNG_DELAY_MS + all.HASHER_DELAY_MS;
  const slots = scale.miner * all.MINER_CONCURRENCY * all.QUEUES;
  const rngSpeed = (scale.rng * all.RNG_SLOTS * 1000) / all.RNG_DELAY_MS || Infinity;
  const speed = Math.min(
    (slots * 1000) / (delaysMs + LEAST_LOOP_MS),
    rngSpeed,
    all.PRODUCER_RATE || Infinity,
    1000 / LEAST_LOOP_MS,
  );
  return Math.max(MIN_SECONDS, Math.min(MAX_SECONDS, loops / Math.max(speed, 0.1)));
}

type Areas = Pick<ReturnType<Replica['totals']>, 'busyArea' | 'slotArea'>;

/** Returns the utilization of the busiest replica; null if slots are unlimited. */
function highest(before: readonly Areas[], after: readonly Areas[]): number | null {
  const shares = after.flatMap(({ busyArea, slotArea }, index) => {
    const start = before[index] ?? { busyArea: 0, slotArea: 0 };
    const slots = slotArea - start.slotArea;
    return slots === 0 ? [] : [(busyArea - start.busyArea) / slots];
  });
  return shares.length === 0 ? null : Math.max(...shares);
}

function machineOf({ hashesPerSecond }: Figures, { cores, cpuMs }: Costs): number {
  if (cores === 0) return 0;
  return (hashesPerSecond * sum(Object.values(cpuMs))) / 1000 / cores;
}

function predictionOf(question: Question, runs: readonly Run[]): Prediction {
  const { scale, settings } = question.setup;
  const all: Settings = { ...DEFAULTS, ...settings };
  const speeds = runs.map(({ figures }) => figures.hashesPerSecond);
  const speed = mean(speeds);
  /** Null if it is null in all of them. */
  const meanOf = (value: (run: Run) => number | null) => {
    const values = runs.map(value).filter((each) => each !== null);
    return values.length === 0 ? null : mean(values);
  };
  const service = (name: 'rng' | 'hasher'): StagePrediction => ({
    name,
    utilization: meanOf(({ utilization }) => utilization[name]),
    waitMs: meanOf(({ figures }) => figures[`${name}WaitMs`]),
  });
  const busyMs =
    all.MINER_WORK_MS +
    (meanOf(({ figures }) => figures.rngServiceMs) ?? 0) +
    (meanOf(({ figures }) => figures.hasherServiceMs) ?? 0);
  const slots = scale.miner * all.MINER_CONCURRENCY * all.QUEUES;
  const miner = slots === 0 ? null : (speed * busyMs) / 1000 / slots;
  const stages: StagePrediction[] = [
    { name: 'miner', utilization: miner, waitMs: null },
    service('rng'),
    service('hasher'),
  ];
  const machine = mean(runs.map((each) => each.machine));
  const spread = Math.sqrt(mean(speeds.map((each) => (each - speed) ** 2)));
  return { speed, deviation: spread, stages, limitedBy: limitOf(question, speed, stages, machine) };
}

function limitOf(
  { setup, concurrency, rate }: Question,
  speed: number,
  stages: readonly StagePrediction[],
  machine: number,
): LimitName {
  const arrivals = setup.settings.PRODUCER_RATE ?? Infinity;
  if (speed >= REACHED * arrivals) return 'arrivals';
  if (machine >= BUSY_MACHINE) return 'machine';
  const [busiest] = stages.toSorted((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0));
  const isQueue = rate !== null && speed >= REACHED * rate;
  if (isQueue || (concurrency !== null && (busiest?.utilization ?? 0) < 0.9)) return 'queue';
  return busiest?.name ?? 'miner';
}

/** Returns at most `MAX_POINTS` numbers of miners from 1 on, with that of the setup. */
function curveMiners(miners: number): number[] {
  const last = Math.max(MIN_CURVE, miners * CURVE_FACTOR);
  const step = Math.ceil(last / MAX_POINTS);
  const steps = Array.from({ length: Math.floor(last / step) }, (_, n) => (n + 1) * step);
  return [...new Set([1, ...steps, ...(miners > 0 ? [miners] : [])])].sort((a, b) => a - b);
}
