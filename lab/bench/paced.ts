/**
 * With the delays in place: how near the speed is to the limit on paper.
 * @module
 */
import { median } from '../median.ts';
import { observe } from './observe.ts';
import { startBenchStack } from './stand.ts';

/** Three delays of 100 ms a loop; one slot of rng, or with a hundred miners no limit there. */
const EXPERIMENTS = [
  { miners: 1, limit: 10 / 3, env: {} },
  { miners: 2, limit: 20 / 3, env: {} },
  { miners: 10, limit: 10, env: {} },
  { miners: 100, limit: 1000 / 3, env: { RNG_SLOTS: '0', PRODUCER_BACKLOG: '1000' } },
];

/** Ratio to the limit on paper, by number of miners. */
export async function measurePaced(
  rounds: number,
  seconds: number,
): Promise<Record<string, number>> {
  const ratios = new Map<number, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const { miners, limit, env } of EXPERIMENTS) {
      await using bench = await startBenchStack(miners, { env });
      const { hashesPerSecond } = await observe(bench.redis, bench.pids, seconds);
      ratios.set(miners, [...(ratios.get(miners) ?? []), hashesPerSecond / limit]);
    }
  }
  return Object.fromEntries([...ratios].map(([miners, all]) => [miners, median(all)]));
}
