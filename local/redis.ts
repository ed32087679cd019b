/**
 * A Redis of our own on this machine.
 * @module
 */
import { once } from 'node:events';
import { mkdirSync, realpathSync } from 'node:fs';
import { Redis } from 'ioredis';
import { findProgram } from './find-program.ts';

/** How to start a Redis on a port of this machine, with its data in `folder`. */
export function redisCommand(port: number, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const dir = realpathSync(folder); // Redis changes into it, so a relative path would be another one there
  return [
    ...findRedis(port, dir),
    ...['--port', String(port), '--dir', dir, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
    // A start reads the whole file; the data in it are far smaller than Redis' default for a rewrite (64 MB).
    ...['--auto-aof-rewrite-min-size', '16mb'],
    ...['--loglevel', 'warning'],
  ];
}

/** Redis' program, with the options for running it on this machine or, if setup.mjs chose that, in Docker. */
function findRedis(port: number, dir: string): string[] {
  const found = findProgram(['redis-server', 'valkey-server']);
  if (found !== undefined) return [found, '--bind', '127.0.0.1'];
  const { REDIS_IMAGE: image } = process.env;
  if (image !== undefined) return [...dockerRun(port, dir), image, '--protected-mode', 'no'];
  throw new Error(
    'neither redis-server nor valkey-server is in PATH; install one, or set REDIS_URL',
  );
}

/**
 * The client stays attached: a signal to it reaches Redis, and the engine removes the container when Redis ends.
 * The data stay ours (--user), at the same path as outside, and SELinux lets Redis at them.
 */
function dockerRun(port: number, dir: string): string[] {
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  return [
    ...['docker', 'run', '--rm', '--entrypoint', 'redis-server', '--user', user],
    ...['--publish', `127.0.0.1:${port}:${port}`, '--mount', `type=bind,src=${dir},dst=${dir}`],
    ...['--security-opt', 'label=disable', '--log-driver', 'none'],
  ];
}

/**
 * Why the Redis at `url` cannot be used, or undefined where it can. Waits `timeoutMs` for it, but not where it
 * refuses us. Of the address only host and port are told.
 */
export async function whyNoRedis(url: string, timeoutMs: number): Promise<string | undefined> {
  const { host } = new URL(url);
  let lastError = 'it says nothing';
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  redis.on('error', (err: Error) => (lastError = err.message));
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await Promise.race([redis.ping(), once(signal, 'abort')]);
    return signal.aborted ? `no Redis answers at ${host}: ${lastError}` : undefined;
  } catch (err) {
    const { message } = err as Error;
    const [code] = /^(?:NOAUTH|WRONGPASS)/.exec(message) ?? [];
    return code === undefined
      ? `Redis at ${host} refuses to work: ${message}`
      : `Redis at ${host} refuses the login (${code}): expected its user and password, as in redis://user:password@${host}`;
  } finally {
    redis.disconnect();
  }
}
