/**
 * Connections to Redis, of the two kinds that BullMQ needs.
 * @module
 */
import { Redis } from 'ioredis';
import type { Logger } from './service/log.ts';

/** First 100 ms after a loss, then slower, at most every second: so a Redis that is back is found soon. */
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 1000);

/** A lost packet of a handshake is sent again after 1, 3 and 7 s. A new attempt finds a network that is back sooner. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * A connection for workers: commands wait until Redis is back, and are sent again if their answer was lost.
 * A connection on which an answer is overdue is dead and is replaced; BullMQ's blocking reads take up to 10 s.
 */
export function workerRedis(url: string, log: Logger): Redis {
  return connect(url, log, { maxRetriesPerRequest: null, socketTimeout: 12_000 });
}

/** A connection for producers and pages: a command fails within 2 s, and is never sent twice. */
export function failFastRedis(url: string, log: Logger): Redis {
  return connect(url, log, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 2000,
    socketTimeout: 4000,
  });
}

/** Rejects at once if there is no connection. Otherwise waits for an answer as long as the connection does. */
export async function checkRedis(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') throw new Error(`not connected (${redis.status})`);
  await redis.ping();
}

/**
 * Returns true if a command failed because Redis does not answer: the connection logs that. Any other error is an
 * answer of Redis (`OOM`, `READONLY`, `NOPERM`) or a bug, and needs a person.
 */
export function isAway(redis: Redis, err: Error): boolean {
  return (
    redis.status !== 'ready' ||
    err.name === 'MaxRetriesPerRequestError' ||
    err.message === 'Command timed out'
  );
}

interface Temper {
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
  socketTimeout: number;
}

/** Logs one line when Redis goes away and one when it is back, however many attempts that takes. */
function connect(url: string, log: Logger, temper: Temper): Redis {
  const redis = new Redis(url, { ...temper, retryStrategy, connectTimeout: CONNECT_TIMEOUT_MS });
  const where = `Redis at ${new URL(url).host}`;
  let away = false;
  redis.on('error', (err: Error) => {
    if (!away) log.warn({ err }, `${where} is away, trying again`);
    away = true;
  });
  redis.on('ready', () => {
    log.info(away ? `${where} is back` : `connected to ${where}`);
    away = false;
  });
  return redis;
}
