/**
 * A warmed-up stack for the benchmark.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startStackProcess, type RunningStack } from '../stack/stack.ts';
import { until } from '../stack/until.ts';

/** V8 optimizes hot code: a new miner gets 10% faster in its first 10 s. */
export const WARM_UP_MS = 10_000;

export interface BenchStack extends AsyncDisposable {
  stack: RunningStack;
  redis: Redis;
  /** Process ids by instance name, such as miner-3. */
  pids: Map<string, number>;
}

export interface BenchStackOptions {
  /** Number of miner processes. */
  miners: number;
  fast?: boolean;
  env?: Record<string, string>;
}

/** Starts a stack and resolves once all its miners have mined for `WARM_UP_MS`. */
export async function startBenchStack({
  miners,
  fast = false,
  env = {},
}: BenchStackOptions): Promise<BenchStack> {
  await using undo = new AsyncDisposableStack();
  const args = ['--scale', `miner=${miners}`, ...(fast ? ['--fast'] : [])];
  const stack = undo.use(await startStackProcess({ args, env: { LOG_LEVEL: 'warn', ...env } }));
  // Connects with its first command. A benchmark with a cluster opens its own connection instead.
  const client = new Redis(stack.redis, { lazyConnect: true });
  const redis = undo.adopt(client, (it) => it.disconnect());
  await until(
    `the dashboard shows ${miners} miners`,
    async () => (await stack.frame())?.miners === miners,
    60_000,
  );
  await sleep(WARM_UP_MS);
  const kept = undo.move();
  return {
    stack,
    redis,
    pids: await stack.pids(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
