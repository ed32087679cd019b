/**
 * With delays: measured speed as a share of the theoretical limit.
 * @module
 */
import { measureInRounds } from './rounds.ts';

/**
 * A loop has three delays of 100 ms, and rng has 1 slot. With 100 miners, rng has unlimited slots, and 10 processes mine
 * with concurrency 10: with 100 processes, context switches would dominate.
 */
const EXPERIMENTS = [
  { miners: 1, limit: 10 / 3, stack: { miners: 1 } },
  { miners: 2, limit: 20 / 3, stack: { miners: 2 } },
  { miners: 10, limit: 10, stack: { miners: 10 } },
  {
    miners: 100,
    limit: 1000 / 3,
    stack: {
      miners: 10,
      env: { RNG_SLOTS: '0', MINER_CONCURRENCY: '10', PRODUCER_BACKLOG: '1000' },
    },
  },
];

/** Returns the measured speed divided by the theoretical limit, by number of miners. */
export async function measurePaced(
  rounds: number,
  seconds: number,
): Promise<Record<string, number>> {
  const stacks = EXPERIMENTS.map(({ stack }) => stack);
  const observations = await measureInRounds(stacks, rounds, seconds);
  return Object.fromEntries(
    EXPERIMENTS.map(({ miners, limit }, index) => [
      miners,
      (observations[index]?.hashesPerSecond ?? NaN) / limit,
    ]),
  );
}
