/**
 * The history for `/api/history`: read, parsed and compressed once per frame, however many clients request it.
 * @module
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { HISTORY_SECONDS, type Point } from '../frame/frame.ts';
import type { Broadcast } from './broadcast.ts';
import { readPoints } from './history.ts';

export interface History {
  /** Redis' time in seconds since 1970. */
  now: number;
  /** The points of the last hour, oldest first. */
  points: Point[];
  /** The points as gzipped JSON. */
  gzipped: Uint8Array<ArrayBuffer>;
}

const compress = promisify(gzip);

export class HistoryCache {
  readonly #redis: RedisClient;
  readonly #broadcast: Broadcast;
  #history: Promise<History> | undefined;
  /** The frame that was the latest when the history was read. */
  #frame: string | undefined;

  constructor(redis: RedisClient, broadcast: Broadcast) {
    this.#redis = redis;
    this.#broadcast = broadcast;
  }

  /** Returns the history up to the latest frame. Rejects if Redis is unreachable. */
  get(): Promise<History> {
    const { latest } = this.#broadcast;
    if (this.#history === undefined || this.#frame !== latest) {
      this.#frame = latest;
      this.#history = readHistory(this.#redis);
    }
    return this.#history;
  }
}

async function readHistory(redis: RedisClient): Promise<History> {
  const now = Number((await redis.time())[0]);
  const points = await readPoints(redis, HISTORY_SECONDS, now);
  return { now, points, gzipped: new Uint8Array(await compress(JSON.stringify(points))) };
}
