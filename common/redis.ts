/**
 * Connections to Redis, of the two kinds that BullMQ needs.
 * @module
 */
import { Redis } from 'ioredis';
import type { Logger } from './log.ts';

/** First 100 ms after a loss, then ever slower, at most every 2 s: a Redis that is back is soon found. */
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2000);

/** For those who would rather wait than fail: workers. Commands wait until Redis is back. */
export function patientRedis(url: string, log: Logger): Redis {
  return connect(url, log, { maxRetriesPerRequest: null });
}

/** For those who would rather fail than wait: producers and pages. A command fails within 2 s. */
export function hastyRedis(url: string, log: Logger): Redis {
  return connect(url, log, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: 2000,
  });
}

/** Rejects at once where there is no connection. Waits for an answer as long as the connection does: a patient one for ever. */
export async function checkRedis(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') throw new Error(`not connected (${redis.status})`);
  await redis.ping();
}

/** Whether a command failed because Redis does not answer. A Redis that hangs keeps its connections. */
export function isAway(redis: Redis, err: Error): boolean {
  return redis.status !== 'ready' || err.message === 'Command timed out';
}

interface Temper {
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
}

/** One line when Redis goes away and one when it is back, however often the connection is tried. */
function connect(url: string, log: Logger, temper: Temper): Redis {
  const redis = new Redis(url, { ...temper, retryStrategy });
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
