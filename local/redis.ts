/**
 * Running Redis on this machine.
 * @module
 */
import { once } from 'node:events';
import { mkdirSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openRedis, redisName, type RedisConfig } from '@dockercoins/common/queue/redis';
import { findProgram, programs } from './programs.mjs';

/**
 * Returns the command that runs Redis on `port` of this machine with its data in `folder`, which is created if
 * necessary.
 * @throws {Error} if no Redis is installed
 */
export function redisCommand(port: number, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const dir = realpathSync(folder); // Redis changes to this folder, where a relative path would be wrong
  return [
    ...findRedis(port, dir),
    ...['--port', String(port), '--dir', dir, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
    // Redis reads the whole file at startup, and the data are far smaller than the default rewrite size (64 MiB).
    ...['--auto-aof-rewrite-min-size', '16mb'],
    ...['--loglevel', 'warning'],
  ];
}

/** Returns the Redis program and its first options; if setup.mjs chose Docker, the command that runs it there. */
function findRedis(port: number, dir: string): string[] {
  const found = findProgram(programs.redis.names);
  if (found !== undefined) return [found, '--bind', '127.0.0.1'];
  const { REDIS_IMAGE: image } = process.env;
  if (image !== undefined) return [...dockerRun(port, dir), image, '--protected-mode', 'no'];
  throw new Error(
    'neither redis-server nor valkey-server is in PATH: install one, or set REDIS_URL',
  );
}

/**
 * The Docker client stays attached, so signals reach Redis, and the container is removed when Redis ends. The data
 * belong to our user (--user) and have the same path inside, and SELinux allows access to them (label=disable).
 */
function dockerRun(port: number, dir: string): string[] {
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  return [
    ...['docker', 'run', '--rm', '--entrypoint', 'redis-server', '--user', user],
    ...['--publish', `127.0.0.1:${port}:${port}`, '--mount', `type=bind,src=${dir},dst=${dir}`],
    ...['--security-opt', 'label=disable', '--log-driver', 'none'],
  ];
}

/** Deletes what a stopped Redis has stored in `folder`. */
export async function deleteRedisData(folder: string): Promise<void> {
  for (const name of ['appendonlydir', 'appendonly.aof'])
    // since Redis 7.0, and before
    await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * Resolves to why this Redis cannot be used, or to undefined if it can. Retries for up to `timeoutMs`, unless
 * Redis returns an error. The reason names the host and port, but no password.
 */
export async function redisProblem(
  config: RedisConfig,
  timeoutMs: number,
): Promise<string | undefined> {
  const name = redisName(config);
  let lastError = 'no response';
  const redis = openRedis(config, { maxRetriesPerRequest: null }, () => 50);
  redis.on('error', (err: Error) => (lastError = err.message));
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await Promise.race([redis.ping(), once(signal, 'abort')]);
    return signal.aborted ? `cannot reach ${name}: ${lastError}` : undefined;
  } catch (err) {
    const { message } = err as Error;
    const [code] = /^(?:NOAUTH|WRONGPASS)/.exec(message) ?? [];
    return code === undefined
      ? `${name} returned an error: ${message}`
      : `${name} rejected the login (${code}): expected its user and password, as in redis://user:password@host:6379, or REDIS_PASSWORD`;
  } finally {
    redis.disconnect();
  }
}
