/**
 * Extra miners for a running stack.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { exitOf, hasEnded } from '../../tools/stack/exit-of.ts';
import type { RunningStack } from '../../tools/stack/stack.ts';

export interface Miners extends AsyncDisposable {
  processes: ChildProcess[];
}

/** Starts `count` miners named extra-1, extra-2, …; disposing of them stops those still running. */
export function startMiners(
  stack: RunningStack,
  count: number,
  env: Record<string, string> = {},
): Miners {
  const processes = Array.from({ length: count }, (_, index) =>
    spawn(process.execPath, ['miner/main.ts'], {
      env: {
        ...process.env,
        INSTANCE: `extra-${index + 1}`,
        REDIS_URL: stack.redis,
        RNG_URL: stack.rng.join(','),
        HASHER_URL: stack.hasher.join(','),
        LISTEN_HOST: '127.0.0.1',
        ADMIN_PORT: '0',
        ...env,
      },
      stdio: 'ignore',
    }),
  );
  return {
    processes,
    async [Symbol.asyncDispose]() {
      const running = processes.filter((miner) => !hasEnded(miner));
      for (const miner of running) miner.kill('SIGTERM');
      await Promise.all(running.map((miner) => exitOf(miner, 'a miner')));
    },
  };
}
