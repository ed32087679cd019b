/**
 * Without delays: the pipeline, and its two parts alone, by turns on the same machine.
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagsOf } from '../../local/stack.ts';
import { median } from '../median.ts';
import { medianOf, observe, type Observation } from './observe.ts';
import { startBenchStack, WARM_UP_MS, type BenchStack } from './stand.ts';
import { byTurns, type Contestant } from './turns.ts';

export interface Fast extends Observation {
  /** Empty jobs a second, and pairs of requests a second, of one process each. */
  emptyJobs: number;
  httpLoops: number;
  /** What one process could do that does both, one after the other: 1/(1/empty + 1/http). */
  bound: number;
  ratio: number;
}

/** @param seconds of each of the three */
export async function measureFast(seconds: number): Promise<Fast> {
  await using bench = await startBenchStack(1, { fast: true });
  using empty = startPart('empty', bench);
  using http = startPart('http', bench);
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
  const speeds = await byTurns([pipeline, empty, http], seconds);
  const [, emptyJobs = NaN, httpLoops = NaN] = speeds.map(median);
  const typical = medianOf(observations);
  const bound = 1 / (1 / emptyJobs + 1 / httpLoops);
  return { ...typical, emptyJobs, httpLoops, bound, ratio: typical.hashesPerSecond / bound };
}

/** A part alone; its measure is loops a second. */
function startPart(part: 'empty' | 'http', { stack }: BenchStack): Contestant<number> & Disposable {
  const args = [part, stack.redis, stack.rng[0] ?? '', stack.hasher[0] ?? ''];
  const child = fork('lab/bench/part.ts', args, { execArgv: flagsOf(true) });
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

async function countLoops(part: ChildProcess): Promise<number> {
  part.send('loops');
  const [loops] = (await once(part, 'message')) as [number];
  return loops;
}
