/**
 * A throw-away Redis for tests.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { redisAnswers, redisCommand } from '../../local/redis.ts';

export interface TestRedis extends AsyncDisposable {
  url: string;
  port: number;
  /** Resolves when it answers; fails after 5 s. */
  ready: Promise<void>;
}

/** Starts one on this port, with no data; disposing of it leaves nothing. */
export function redisOn(port: number): TestRedis {
  const dir = mkdtempSync(join(tmpdir(), 'dockercoins-redis-'));
  const [file = '', ...args] = redisCommand(port, dir);
  const server = spawn(file, args, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    port,
    ready: redisAnswers(url, 5000).then((answers) => {
      if (!answers) throw new Error('the Redis for this test does not answer');
    }),
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await once(server, 'exit');
      rmSync(dir, { recursive: true });
    },
  };
}

/** Starts one on a free port and waits until it answers. */
export async function startTestRedis(): Promise<TestRedis> {
  const redis = redisOn(await freePort());
  await redis.ready;
  return redis;
}
