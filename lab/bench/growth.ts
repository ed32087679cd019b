/**
 * Without delays: what more miners bring, and whether it lasts.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { countLoops, observe, redisMegabytes } from './observe.ts';
import { startBenchStack } from './stand.ts';

export interface MinersRow {
  miners: number;
  hashesPerSecond: number;
  /** Megabytes of all processes together. */
  memory: number;
}

export interface JobsRow {
  /** Jobs done so far. */
  jobs: number;
  hashesPerSecond: number;
  /** Resident megabytes of the largest process of each kind; of Redis what its data take, without the wallet. */
  memory: Record<string, number>;
}

const MINERS = [1, 2, 4, 8, 16];

/** Speed and memory by number of miners. */
export async function measureMiners(seconds: number): Promise<MinersRow[]> {
  const rows: MinersRow[] = [];
  for (const miners of MINERS) {
    await using bench = await startBenchStack(miners, { fast: true });
    const { hashesPerSecond, totalMb } = await observe(bench.redis, bench.pids, seconds);
    rows.push({ miners, hashesPerSecond, memory: totalMb });
  }
  return rows;
}

/** Speed and memory of one stack when so many jobs are done. */
export async function measureJobs(marks: number[], seconds: number): Promise<JobsRow[]> {
  await using bench = await startBenchStack(1, { fast: true });
  const rows: JobsRow[] = [];
  for (const mark of marks) {
    while ((await countLoops(bench.redis)) < mark) await sleep(200);
    const seen = await observe(bench.redis, bench.pids, seconds);
    const memory = { ...seen.residentMb, redis: await redisMegabytes(bench.redis) };
    rows.push({ jobs: mark, hashesPerSecond: seen.hashesPerSecond, memory });
  }
  return rows;
}
