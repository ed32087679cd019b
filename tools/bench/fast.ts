/**
 * Without delays: the pipeline compared with its two halves, queue and HTTP, in interleaved turns.
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagsOf } from '../../local/replicas.ts';
import { mean, median } from '@dockercoins/common/statistics';
import { combine, observe, type Observation } from './observe.ts';
import { startBenchStack, WARM_UP_MS, type BenchStack } from './stack.ts';
import { interleave, medianRatio, type Candidate } from './turns.ts';

export interface Fast extends Observation {
  /** Empty jobs per second of one process. */
  emptyJobs: number;
  /** Loops per second of one process without jobs. */
  httpLoops: number;
  /** Predicted loops per second of one process that does both in sequence: 1/(1/emptyJobs + 1/httpLoops). */
  bound: number;
  /** Median over all turns of hashesPerSecond divided by bound. */
  ratio: number;
}

/** @param seconds how long to measure each of the three */
export async function measureFast(seconds: number): Promise<Fast> {
  await using bench = await startBenchStack({ miners: 1, fast: true });
  using empty = startBaseline('empty', bench);
  using http = startBaseline('http', bench);
  await sleep(3 * WARM_UP_MS); // the three share the cores

  const observations: Observation[] = [];
  const pipeline: Candidate<number> = {
    pids: [bench.pids.get('miner-1') ?? NaN],
    async measure(turnSeconds) {
      const observation = await observe(bench.redis, bench.pids, turnSeconds);
      observations.push(observation);
      return observation.hashesPerSecond;
    },
  };
  const [loops = [], jobs = [], pairs = []] = await interleave([pipeline, empty, http], seconds);
  const bounds = loops.map((_, turn) => boundOf(jobs[turn] ?? NaN, pairs[turn] ?? NaN));
  return {
    ...combine(observations, median),
    // CPU time in hundredths of a second is too coarse for a median of short turns.
    cpuMsPerLoop: combine(
      observations.map(({ cpuMsPerLoop }) => cpuMsPerLoop),
      mean,
    ),
    emptyJobs: median(jobs),
    httpLoops: median(pairs),
    bound: median(bounds),
    ratio: medianRatio(loops, bounds),
  };
}

const boundOf = (emptyJobs: number, httpLoops: number) => 1 / (1 / emptyJobs + 1 / httpLoops);

/** Starts a baseline, measured in loops per second. */
function startBaseline(
  baseline: 'empty' | 'http',
  { stack }: BenchStack,
): Candidate<number> & Disposable {
  const args = [baseline, stack.redis, stack.rng[0] ?? '', stack.hasher[0] ?? ''];
  const child = fork('tools/bench/baseline.ts', args, { execArgv: flagsOf(true) });
  return {
    pids: [child.pid ?? NaN],
    async measure(seconds) {
      const before = await countLoops(child);
      const startedAt = performance.now();
      await sleep(seconds * 1000);
      return (((await countLoops(child)) - before) * 1000) / (performance.now() - startedAt);
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

async function countLoops(baseline: ChildProcess): Promise<number> {
  baseline.send('loops');
  const [loops] = (await once(baseline, 'message')) as [number];
  return loops;
}
