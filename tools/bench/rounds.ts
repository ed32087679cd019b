/**
 * Measures stacks one at a time, with a fresh start of each in every round.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import { combine, observe, type Observation } from './observe.ts';
import { startBenchStack, type BenchStackOptions } from './stack.ts';

/** Observes each stack for `seconds` in every round and resolves to the medians of each stack, in the same order. */
export async function measureInRounds(
  stacks: BenchStackOptions[],
  rounds: number,
  seconds: number,
): Promise<Observation[]> {
  const results = stacks.map((): Observation[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, options] of stacks.entries()) {
      await using bench = await startBenchStack(options);
      results[index]?.push(await observe(bench.redis, bench.pids, seconds));
    }
  }
  return results.map((observations) => combine(observations, median));
}
