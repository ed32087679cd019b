/**
 * Without delays: what more miners bring, and whether it lasts.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';
import { combine, countLoops, observe, redisMegabytes } from './observe.ts';
import { byRounds } from './rounds.ts';
import { startBenchStack, type BenchStack } from './stack.ts';
import { byTurns, medianRatio, type Contestant } from './turns.ts';

export interface MinersRow {
  miners: number;
  hashesPerSecond: number;
  /** Megabytes of all processes together. */
  memory: number;
}

export interface JobsRow {
  /** Jobs done when the measurement began. */
  jobs: number;
  hashesPerSecond: number;
  /** Speed against that of the first row's stack, the median of what each round of turns says. */
  ofFirst: number;
  /** Resident megabytes of the largest process of each kind; of Redis what its data take, without the wallet. */
  memory: Record<string, number>;
}

const MINERS = [1, 2, 4, 8, 16];

/** Speed and memory by number of miners. */
export async function measureMiners(rounds: number, seconds: number): Promise<MinersRow[]> {
  const stacks = MINERS.map((miners) => ({ miners, fast: true }));
  const seen = await byRounds(stacks, rounds, seconds);
  return seen.map(({ hashesPerSecond, totalMb }, index) => ({
    miners: MINERS[index] ?? NaN,
    hashesPerSecond,
    memory: totalMb,
  }));
}

/** Speed and memory of stacks that have done more and more jobs, by turns. */
export async function measureJobs(marks: number[], seconds: number): Promise<JobsRow[]> {
  await using stacks = new AsyncDisposableStack();
  const benches: BenchStack[] = [];
  for (const mark of marks.toSorted((a, b) => b - a)) {
    const bench = stacks.use(await startBenchStack({ miners: 1, fast: true }));
    while ((await countLoops(bench.redis)) < mark) await sleep(200);
    benches.unshift(bench);
  }
  const jobs = await Promise.all(benches.map(({ redis }) => countLoops(redis)));
  const seen = await byTurns(benches.map(contestant), seconds);
  const speeds = seen.map((observations) => observations.map((it) => it.hashesPerSecond));
  return seen.map((observations, index) => {
    const { hashesPerSecond, residentMb, redisMb } = combine(observations, median);
    return {
      jobs: jobs[index] ?? NaN,
      hashesPerSecond,
      ofFirst: medianRatio(speeds[index] ?? [], speeds[0] ?? []),
      memory: { ...residentMb, redis: redisMb },
    };
  });
}

function contestant({ redis, pids }: BenchStack) {
  return {
    pids: [...pids.values()],
    async measure(seconds: number) {
      const seen = await observe(redis, pids, seconds);
      return { ...seen, redisMb: await redisMegabytes(redis) };
    },
  } satisfies Contestant<unknown>;
}
