/**
 * With the delays in place: how near the speed is to the limit on paper.
 * @module
 */
import { median } from '../statistics.ts';
import { observe } from './observe.ts';
import { startBenchStack } from './stand.ts';

/**
 * Three delays of 100 ms a loop; one slot of rng. A hundred miners have no limit there, and are ten processes of ten
 * each: a hundred processes would measure how two cores change between them.
 */
const EXPERIMENTS = [
  { miners: 1, processes: 1, limit: 10 / 3, env: {} },
  { miners: 2, processes: 2, limit: 20 / 3, env: {} },
  { miners: 10, processes: 10, limit: 10, env: {} },
  {
    miners: 100,
    processes: 10,
    limit: 1000 / 3,
    env: { RNG_SLOTS: '0', MINER_CONCURRENCY: '10', PRODUCER_BACKLOG: '1000' },
  },
];

/** Ratio to the limit on paper, by number of miners. */
export async function measurePaced(
  rounds: number,
  seconds: number,
): Promise<Record<string, number>> {
  const ratios = new Map<number, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const { miners, processes, limit, env } of EXPERIMENTS) {
      await using bench = await startBenchStack(processes, { env });
      const { hashesPerSecond } = await observe(bench.redis, bench.pids, seconds);
      ratios.set(miners, [...(ratios.get(miners) ?? []), hashesPerSecond / limit]);
    }
  }
  return Object.fromEntries([...ratios].map(([miners, all]) => [miners, median(all)]));
}
