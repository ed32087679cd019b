/**
 * A throw-away Redis for tests.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { redisAnswers, redisCommand } from '../../local/redis.ts';

export interface TestRedis extends AsyncDisposable {
  url: string;
  port: number;
}

/** Starts one on a free port with its data in a temporary folder; disposing of it leaves nothing. */
export async function startTestRedis(): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-redis-'));
  const port = await getPort();
  const [file = '', ...args] = redisCommand(port, dir);
  const server = spawn(file, args, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  if (!(await redisAnswers(url, 5000))) throw new Error('the Redis for this test does not answer');
  return {
    url,
    port,
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await once(server, 'exit');
      await rm(dir, { recursive: true });
    },
  };
}
