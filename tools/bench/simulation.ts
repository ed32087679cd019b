/**
 * How fast the simulation is, and whether its memory is flat in the number of loops.
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '@dockercoins/common/statistics';
import { simulate } from '../../simulation/figures.ts';
import { Pipeline } from '../../simulation/pipeline.ts';
import { MEASURED, planOf, type Scale, type Settings } from '../../simulation/settings.ts';

export interface Simulated {
  speeds: {
    setting: string;
    /** Loops per second of real time; the median of the rounds. */
    loopsPerSecond: number;
    /** How much more memory is in use after the last round than after the first (MB, 10^6 bytes). */
    growthMb: number;
  }[];
  /** Real time of a sweep over 1 to 40 miners, ten virtual minutes each. */
  sweepSeconds: number;
}

/** Virtual time of a round: hundreds of thousands of loops. */
const ROUND_MS = 10_000_000;

/** V8 optimizes hot code: the first 100,000 loops take twice as long as later ones. */
const WARM_UP_ROUNDS = 3;

const SETTINGS: { setting: string; scale: Partial<Scale>; settings?: Partial<Settings> }[] = [
  { setting: '10 miners, 1 rng', scale: { miner: 10 } },
  { setting: '10 miners, 4 rngs', scale: { miner: 10, rng: 4 } },
  {
    setting: '10 miners, 4 rngs, exponential delays, 1% errors',
    scale: { miner: 10, rng: 4 },
    settings: { RNG_DELAY_DISTRIBUTION: 'exponential', RNG_ERROR_RATE: 0.01 },
  },
];

export function measureSimulation(rounds: number): Simulated {
  const speeds = SETTINGS.map(({ setting, scale, settings = {} }) => {
    const pipeline = new Pipeline(planOf({ scale, settings, costs: MEASURED }));
    pipeline.runUntil(WARM_UP_ROUNDS * ROUND_MS);
    const before = usedMb();
    const speedOfRound = Array.from({ length: rounds }, () => measureRound(pipeline));
    return { setting, loopsPerSecond: median(speedOfRound), growthMb: usedMb() - before };
  });
  const startedAt = performance.now();
  for (let miner = 1; miner <= 40; miner++) {
    simulate(planOf({ scale: { miner }, costs: MEASURED }), 600);
  }
  return { speeds, sweepSeconds: (performance.now() - startedAt) / 1000 };
}

function measureRound(pipeline: Pipeline): number {
  const loops = () => pipeline.redis.queues.reduce((sum, { counts }) => sum + counts.completed, 0);
  const before = loops();
  const startedAt = performance.now();
  pipeline.runUntil(pipeline.engine.now + ROUND_MS);
  return ((loops() - before) * 1000) / (performance.now() - startedAt);
}

/** Collects garbage first. */
function usedMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}
