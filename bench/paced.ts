/**
 * With the delays in place: how near the speed is to the limit on paper.
 * @module
 */
import { byRounds } from './rounds.ts';

/**
 * Three delays of 100 ms a loop; one slot of rng. A hundred miners have no limit there, and are ten processes of ten
 * each: a hundred processes would measure how two cores change between them.
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

/** Ratio to the limit on paper, by number of miners. */
export async function measurePaced(
  rounds: number,
  seconds: number,
): Promise<Record<string, number>> {
  const stacks = EXPERIMENTS.map(({ stack }) => stack);
  const seen = await byRounds(stacks, rounds, seconds);
  return Object.fromEntries(
    EXPERIMENTS.map(({ miners, limit }, index) => [
      miners,
      (seen[index]?.hashesPerSecond ?? NaN) / limit,
    ]),
  );
}
