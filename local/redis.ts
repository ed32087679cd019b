/**
 * A Redis of our own on this machine.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import { redisPidFile } from './claim.ts';
import { findProgram } from './find-program.ts';

/** How to start a Redis on a port of this machine, with its data in `folder`. */
export function redisCommand(port: number, folder: string): string[] {
  const dir = resolve(folder); // Redis changes into it, so a relative path would be another one there
  mkdirSync(dir, { recursive: true });
  return [
    findRedis(),
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
    // A start reads the whole file; the data in it are far smaller than Redis' default for a rewrite (64 MB).
    ...['--auto-aof-rewrite-min-size', '8mb'],
    ...['--loglevel', 'warning', '--pidfile', redisPidFile(dir)],
  ];
}

function findRedis(): string {
  const found = findProgram(['redis-server', 'valkey-server']);
  if (found !== undefined) return found;
  throw new Error(
    'neither redis-server nor valkey-server is in PATH; install one, or set REDIS_URL',
  );
}

/** Resolves with true when the Redis at `url` answers, with false when it does not within `timeoutMs`. */
export async function redisAnswers(url: string, timeoutMs: number): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  redis.on('error', () => undefined);
  const late = new Promise<false>((resolve) => setTimeout(resolve, timeoutMs, false).unref());
  try {
    return await Promise.race([
      redis.ping().then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    redis.disconnect();
  }
}
