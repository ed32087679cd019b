/**
 * The knee: from how many miners on ten rngs are the bottleneck.
 * @module
 */
import { simulate } from '../../../simulation/figures.ts';
import { MEASURED, planOf } from '../../../simulation/settings.ts';

/** Ten rngs allow 100 hashes/s, and 30 miners are as many as they can serve on paper. */
const RNGS = 10;
const MINERS = [15, 30, 45, 60, 75, 90];

export interface KneeRow {
  miners: number;
  /** Hashes per second, and the mean wait at rng (ms), with constant and with exponential delays. */
  constant: { speed: number; waitMs: number };
  exponential: { speed: number; waitMs: number };
}

export const kneeRows = (): KneeRow[] =>
  MINERS.map((miners) => ({
    miners,
    constant: at(miners, 'constant'),
    exponential: at(miners, 'exponential'),
  }));

function at(miner: number, distribution: 'constant' | 'exponential') {
  const plan = planOf({
    scale: { miner, rng: RNGS },
    settings: { RNG_DELAY_DISTRIBUTION: distribution },
    costs: MEASURED,
  });
  const { hashesPerSecond, rngWaitMs } = simulate(plan, 60, { warmUp: 10 });
  return { speed: hashesPerSecond, waitMs: rngWaitMs ?? NaN };
}
