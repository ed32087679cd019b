/**
 * Throwaway Redis servers for tests.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/free-port.ts';
import { redisCommand, whyNoRedis } from '../local/redis.ts';

export interface TestRedis extends AsyncDisposable {
  url: string;
  port: number;
  pid: number;
  /** Resolves once the server responds; rejects after 5 s. */
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
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  return {
    url,
    port,
    pid: server.pid ?? NaN,
    ready: whyNoRedis({ REDIS_URL: url }, 5000).then((reason) => {
      if (reason !== undefined) throw new Error(reason);
    }),
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await once(server, 'exit');
      rmSync(dir, { recursive: true });
    },
  };
}

/** Starts an empty Redis on a free port and waits until it responds. */
export async function startTestRedis(): Promise<TestRedis> {
  const redis = redisOn(await freePort());
  await redis.ready;
  return redis;
}
