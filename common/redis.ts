/**
 * Connections to Redis, of the two kinds that BullMQ needs.
 * @module
 */
import { Redis } from 'ioredis';
import type { Logger } from './service/log.ts';

/** Delay before reconnecting (ms): 100, then doubling to at most 1000, so that recovery is noticed quickly. */
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 1000);

/** TCP resends a lost handshake packet after 1, 3 and 7 s. Once the network is back, a new attempt connects sooner. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Opens a connection for BullMQ workers: commands wait until Redis is back and are resent if the reply was lost.
 * A connection with an overdue reply is replaced; the timeout must exceed BullMQ's blocking reads (up to 10 s).
 */
export function workerRedis(url: string, log: Logger): Redis {
  return connect(url, log, { maxRetriesPerRequest: null, socketTimeout: 12_000 });
}

/** Opens a connection for producers and web pages: a command fails within 2 s and is never sent twice. */
export function failFastRedis(url: string, log: Logger): Redis {
  return connect(url, log, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 2000,
    socketTimeout: 4000,
  });
}

/** @throws {Error} immediately if there is no connection, or when the connection's timeout expires without a reply */
export async function checkRedis(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') throw new Error(`not connected (${redis.status})`);
  await redis.ping();
}

/**
 * Returns true if a command failed because Redis is unreachable, which the connection logs. Any other error is a
 * reply from Redis (`OOM`, `READONLY`, `NOPERM`) or a bug, and needs attention.
 */
export function isUnreachable(redis: Redis, err: Error): boolean {
  return (
    redis.status !== 'ready' ||
    err.name === 'MaxRetriesPerRequestError' ||
    err.message === 'Command timed out'
  );
}

interface ConnectionOptions {
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
  socketTimeout: number;
}

/** Logs one line when the connection is lost and one when it is restored, regardless of the number of attempts. */
function connect(url: string, log: Logger, options: ConnectionOptions): Redis {
  const redis = new Redis(url, { ...options, retryStrategy, connectTimeout: CONNECT_TIMEOUT_MS });
  const server = `Redis at ${new URL(url).host}`;
  let lost = false;
  redis.on('error', (err: Error) => {
    if (!lost) log.warn({ err }, `${server} is unreachable, reconnecting`);
    lost = true;
  });
  redis.on('ready', () => {
    log.info(lost ? `reconnected to ${server}` : `connected to ${server}`);
    lost = false;
  });
  return redis;
}
