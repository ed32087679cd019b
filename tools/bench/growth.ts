/**
 * Without delays: throughput and memory by number of miners, and by number of jobs done.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';
import { combine, countLoops, observe, redisMebibytes } from './observe.ts';
import { measureInRounds } from './rounds.ts';
import { startBenchStack, type BenchStack } from './stack.ts';
import { interleave, medianRatio, type Candidate } from './turns.ts';

export interface MinersRow {
  miners: number;
  hashesPerSecond: number;
  /** Resident memory of all processes, in MiB. */
  memory: number;
}

export interface JobsRow {
  /** Jobs completed before the measurement. */
  jobs: number;
  hashesPerSecond: number;
  /** Median over all turns of this stack's speed divided by that of the first row's stack. */
  ofFirst: number;
  /** Resident memory of the largest process of each service, and memory of Redis' keys except the wallet, in MiB. */
  memory: Record<string, number>;
}

const MINERS = [1, 2, 4, 8, 16];

/** Measures speed and memory with 1 to 16 miners. */
export async function measureMiners(rounds: number, seconds: number): Promise<MinersRow[]> {
  const stacks = MINERS.map((miners) => ({ miners, fast: true }));
  const observations = await measureInRounds(stacks, rounds, seconds);
  return observations.map(({ hashesPerSecond, totalMib }, index) => ({
    miners: MINERS[index] ?? NaN,
    hashesPerSecond,
    memory: totalMib,
  }));
}

/** Measures speed and memory of one stack for each of `marks` (numbers of completed jobs), in interleaved turns. */
export async function measureJobs(marks: number[], seconds: number): Promise<JobsRow[]> {
  await using stacks = new AsyncDisposableStack();
  const benches: BenchStack[] = [];
  for (const mark of marks.toSorted((a, b) => b - a)) {
    const bench = stacks.use(await startBenchStack({ miners: 1, fast: true }));
    while ((await countLoops(bench.redis)) < mark) await sleep(200);
    benches.unshift(bench);
  }
  const jobs = await Promise.all(benches.map(({ redis }) => countLoops(redis)));
  const results = await interleave(benches.map(candidateOf), seconds);
  const speeds = results.map((turns) => turns.map(({ hashesPerSecond }) => hashesPerSecond));
  return results.map((turns, index) => {
    const { hashesPerSecond, residentMib, redisMib } = combine(turns, median);
    return {
      jobs: jobs[index] ?? NaN,
      hashesPerSecond,
      ofFirst: medianRatio(speeds[index] ?? [], speeds[0] ?? []),
      memory: { ...residentMib, redis: redisMib },
    };
  });
}

function candidateOf({ redis, pids }: BenchStack) {
  return {
    pids: [...pids.values()],
    async measure(seconds: number) {
      const observation = await observe(redis, pids, seconds);
      return { ...observation, redisMib: await redisMebibytes(redis) };
    },
  } satisfies Candidate<unknown>;
}
