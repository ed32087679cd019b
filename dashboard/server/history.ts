/**
 * The last hour, in a stream in Redis: there again after a reload and after a restart.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import type { Frame, Point } from '../frame.ts';
import { parsePoint } from './parse.ts';

/** Seconds that are kept. */
export const HISTORY_SECONDS = 3600;

/** What of a frame is remembered. */
export function pointOf({ at, speed, loops, hashes, miners, rng, hasher }: Frame): Point {
  return { at, speed, loops, hashes, miners, rng, hasher };
}

/** Adds the point of a second. The second is the entry's id, so of several dashboards the first one writes it. */
export async function remember(redis: Redis, point: Point): Promise<void> {
  const id = `${point.at}-1`;
  try {
    await redis.xadd(
      keys.history,
      'MAXLEN',
      '~',
      HISTORY_SECONDS,
      id,
      'point',
      JSON.stringify(point),
    );
  } catch (err) {
    if (!isOlderThanLast(err)) throw err;
  }
}

function isOlderThanLast(err: unknown): boolean {
  return (
    err instanceof Error && err.message.includes('equal or smaller than the target stream top')
  );
}

/** The points of the last so many seconds, oldest first. Seconds in which nobody looked are missing. */
export async function recall(redis: Redis, seconds: number, now: number): Promise<Point[]> {
  const entries = await redis.xrange(keys.history, `${Math.floor(now) - seconds + 1}`, '+');
  return entries.map(([, fields]) => parsePoint(fields[1])).filter((point) => point !== undefined);
}
