/**
 * Stacks that are measured one after the other, each started anew in every round.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import { combine, observe, type Observation } from './observe.ts';
import { startBenchStack, type StackChoice } from './stack.ts';

/** The medians of what each stack did, observed for so many seconds in each round. */
export async function byRounds(
  stacks: StackChoice[],
  rounds: number,
  seconds: number,
): Promise<Observation[]> {
  const seen = stacks.map((): Observation[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, choice] of stacks.entries()) {
      await using bench = await startBenchStack(choice);
      seen[index]?.push(await observe(bench.redis, bench.pids, seconds));
    }
  }
  return seen.map((observations) => combine(observations, median));
}
