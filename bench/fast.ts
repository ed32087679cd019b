/**
 * Without delays: the pipeline, and its two parts alone, by turns on the same machine.
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagsOf } from '../local/stack.ts';
import { mean, median } from '@dockercoins/common/statistics';
import { combine, observe, type Observation } from './observe.ts';
import { startBenchStack, WARM_UP_MS, type BenchStack } from './stack.ts';
import { byTurns, medianRatio, type Contestant } from './turns.ts';

export interface Fast extends Observation {
  /** Empty jobs a second, and pairs of requests a second, of one process each. */
  emptyJobs: number;
  httpLoops: number;
  /** What one process could do that does both, one after the other: 1/(1/empty + 1/http). */
  bound: number;
  /** hashesPerSecond : bound, the median of what each round of turns says. */
  ratio: number;
}

/** @param seconds of each of the three */
export async function measureFast(seconds: number): Promise<Fast> {
  await using bench = await startBenchStack({ miners: 1, fast: true });
  using empty = startBaseline('empty', bench);
  using http = startBaseline('http', bench);
  await sleep(3 * WARM_UP_MS); // all three at once

  const observations: Observation[] = [];
  const pipeline: Contestant<number> = {
    pids: [bench.pids.get('miner-1') ?? NaN],
    async measure(turn) {
      const seen = await observe(bench.redis, bench.pids, turn);
      observations.push(seen);
      return seen.hashesPerSecond;
    },
  };
  const [loops = [], jobs = [], pairs = []] = await byTurns([pipeline, empty, http], seconds);
  const bounds = loops.map((_, turn) => boundOf(jobs[turn] ?? NaN, pairs[turn] ?? NaN));
  return {
    ...combine(observations, median),
    // The kernel's hundredths of a second are too coarse for a median of short turns.
    cpuMsPerLoop: combine(
      observations.map((it) => it.cpuMsPerLoop),
      mean,
    ),
    emptyJobs: median(jobs),
    httpLoops: median(pairs),
    bound: median(bounds),
    ratio: medianRatio(loops, bounds),
  };
}

const boundOf = (emptyJobs: number, httpLoops: number) => 1 / (1 / emptyJobs + 1 / httpLoops);

/** A baseline alone; its measure is loops a second. */
function startBaseline(
  baseline: 'empty' | 'http',
  { stack }: BenchStack,
): Contestant<number> & Disposable {
  const args = [baseline, stack.redis, stack.rng[0] ?? '', stack.hasher[0] ?? ''];
  const child = fork('bench/baseline.ts', args, { execArgv: flagsOf(true) });
  return {
    pids: [child.pid ?? NaN],
    async measure(seconds) {
      const before = await countLoops(child);
      const began = performance.now();
      await sleep(seconds * 1000);
      return (((await countLoops(child)) - before) * 1000) / (performance.now() - began);
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

async function countLoops(baseline: ChildProcess): Promise<number> {
  baseline.send('loops');
  const [loops] = (await once(baseline, 'message')) as [number];
  return loops;
}
