/**
 * Without delays: the pipeline, and its two parts alone, in turns on the same machine.
 * @module
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fastSettings } from '../../local/fast.ts';
import { startMiners } from '../../test/support/miners.ts';
import { median } from '../median.ts';
import { observe, type Observation } from './observe.ts';
import { startBenchStack, type BenchStack } from './stand.ts';

const run = promisify(execFile);
const WARM_UP_MS = 5000;

export interface Fast extends Observation {
  /** Empty jobs a second, and pairs of requests a second, of one process each. */
  emptyJobs: number;
  httpLoops: number;
  /** What one process could do that does both, one after the other: 1/(1/empty + 1/http). */
  bound: number;
  ratio: number;
}

export async function measureFast(rounds: number, seconds: number): Promise<Fast> {
  await using bench = await startBenchStack(0, { fast: true });
  const pipeline: Observation[] = [];
  const emptyJobs: number[] = [];
  const httpLoops: number[] = [];
  for (let round = 0; round < rounds; round++) {
    pipeline.push(await measurePipeline(bench, seconds));
    emptyJobs.push(await measurePart('empty', bench, seconds));
    httpLoops.push(await measurePart('http', bench, seconds));
  }
  const speed = median(pipeline.map(({ hashesPerSecond }) => hashesPerSecond));
  const typical = pipeline.find(({ hashesPerSecond }) => hashesPerSecond === speed);
  if (typical === undefined) throw new Error('nothing was measured');
  const empty = median(emptyJobs);
  const http = median(httpLoops);
  const bound = 1 / (1 / empty + 1 / http);
  return { ...typical, emptyJobs: empty, httpLoops: http, bound, ratio: speed / bound };
}

async function measurePipeline(bench: BenchStack, seconds: number): Promise<Observation> {
  await using miners = startMiners(bench.stack, 1, fastSettings({}));
  await sleep(WARM_UP_MS);
  const pid = miners.processes[0]?.pid ?? NaN;
  return await observe(bench.redis, new Map([...bench.pids, ['miner-1', pid]]), seconds);
}

async function measurePart(
  part: 'empty' | 'http',
  { stack }: BenchStack,
  seconds: number,
): Promise<number> {
  const args = [String(seconds), stack.redis, stack.rng[0] ?? '', stack.hasher[0] ?? ''];
  const { stdout } = await run(process.execPath, ['lab/bench/part.ts', part, ...args]);
  return JSON.parse(stdout) as number;
}
