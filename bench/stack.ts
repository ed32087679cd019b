/**
 * A stack for the benchmark: `npm start` with these arguments, until all its miners mine.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

/** V8 compiles what is used often: a new miner gets faster by a tenth in its first ten seconds. */
export const WARM_UP_MS = 10_000;

export interface BenchStack extends AsyncDisposable {
  stack: RunningStack;
  redis: Redis;
  pids: Map<string, number>;
}

export interface StackChoice {
  /** Processes of the miner. */
  miners: number;
  fast?: boolean;
  env?: Record<string, string>;
}

export async function startBenchStack({
  miners,
  fast = false,
  env = {},
}: StackChoice): Promise<BenchStack> {
  await using undo = new AsyncDisposableStack();
  const args = ['--scale', `miner=${miners}`, ...(fast ? ['--fast'] : [])];
  const stack = undo.use(await startStackProcess({ args, env: { LOG_LEVEL: 'warn', ...env } }));
  const redis = undo.adopt(new Redis(stack.redis), (it) => it.disconnect());
  await until(
    `${miners} miners are there`,
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
