/**
 * An orphaned Redis: one that outlived its supervisor.
 *
 * `node local/orphaned-redis.ts <folder>` shuts it down. Redis' guard runs this when the supervisor dies.
 * @module
 */
import { once } from 'node:events';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const RESPONSE_TIMEOUT_MS = 2000;
const CLIENTS_POLL_MS = 100;
/** Services exit within 10 s of SIGTERM. */
const CLIENTS_TIMEOUT_MS = 10_500;

const portFile = (folder: string) => join(folder, 'redis.port');

/** Creates `folder` if necessary, and records the port of the Redis that keeps its data there. */
export function recordRedisPort(folder: string, port: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(portFile(folder), String(port));
}

/**
 * Shuts down the Redis recorded in `folder` if it is still running, because two on the same data would corrupt it.
 * Its clients have up to 10.5 s to finish first.
 *
 * Another program may use the port by now, so the server must first confirm that `folder` is its data folder. The
 * shutdown uses the same connection.
 * @returns true if a Redis was shut down
 * @throws {Error} if the server on that port accepts the connection but never responds
 */
export async function shutDownOrphan(folder: string): Promise<boolean> {
  const port = readPort(folder);
  if (port === undefined) return false;
  const redis = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    connectTimeout: RESPONSE_TIMEOUT_MS,
    commandTimeout: RESPONSE_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // the command fails as well
  try {
    const [, dir] = await redis.config('GET', 'dir');
    if (dir !== realpathSync(folder)) return false;
    await untilLastClient(redis);
    const closed = once(redis, 'close');
    redis.shutdown().catch(() => undefined); // Redis closes the connection instead of replying
    await closed;
    return true;
  } catch (cause) {
    if ((cause as Error).message !== 'Command timed out') return false; // no Redis, or not ours
    throw new Error(
      `port ${port} accepts connections but does not respond: if the Redis of ${folder} hangs there, kill it; if another program uses the port, delete ${portFile(folder)}`,
      { cause },
    );
  } finally {
    redis.disconnect();
  }
}

/** Resolves when all other clients have disconnected, or after 10.5 s. */
async function untilLastClient(redis: Redis): Promise<void> {
  const deadline = performance.now() + CLIENTS_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (/^connected_clients:1\r$/m.test(await redis.info('clients'))) return;
    await sleep(CLIENTS_POLL_MS);
  }
}

function readPort(folder: string): number | undefined {
  try {
    const port = Number(readFileSync(portFile(folder), 'utf8'));
    return port > 0 && port <= 65_535 ? port : undefined;
  } catch {
    return undefined; // no stack has run in this folder yet
  }
}

if (import.meta.main) process.exit((await shutDownOrphan(process.argv[2] ?? '')) ? 0 : 1);
