/**
 * Throwaway Redis servers for tests.
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { redisCommand, redisProblem } from '../../local/redis.ts';
import { exitOf, hasEnded } from './exit-of.ts';
import { until } from './until.ts';

export interface TestRedis extends AsyncDisposable {
  url: string;
  port: number;
  pid: number;
  /** Resolves once the server responds; rejects if it exits before that, unless it was disposed of. */
  ready: Promise<void>;
}

/** Starts an empty Redis on a port, optionally with a password. Disposing of it stops it and deletes its data. */
export function redisOn(
  port: number,
  password?: string,
  env: Record<string, string> = {},
): TestRedis {
  const dir = mkdtempSync(join(tmpdir(), 'dockercoins-redis-'));
  const [file = '', ...args] = redisCommand(port, dir);
  if (password !== undefined) args.push('--requirepass', password);
  const server = spawn(file, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  let isDisposed = false;
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  return {
    url,
    port,
    pid: server.pid ?? NaN,
    ready: until(`Redis responds on port ${port}`, async () => {
      if (isDisposed) return true;
      if (hasEnded(server)) throw new Error(`Redis exited with ${server.exitCode}`);
      return (await redisProblem({ REDIS_URL: url }, 1000)) === undefined;
    }).then(() => undefined),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      server.kill('SIGTERM');
      await exitOf(server, 'Redis');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Starts an empty Redis on a free port and waits until it responds. */
export async function startTestRedis(): Promise<TestRedis> {
  await using starting = new AsyncDisposableStack();
  const redis = starting.use(redisOn(await freePort()));
  await redis.ready;
  starting.move();
  return redis;
}
