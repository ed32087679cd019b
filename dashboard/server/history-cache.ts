/**
 * The last hour for all clients: read once per frame, and only what is new in it.
 * @module
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { HISTORY_SECONDS, type Point } from '../frame/frame.ts';
import type { Broadcast } from './broadcast.ts';
import { readPoints } from './history.ts';
import { OncePerFrame } from './once-per-frame.ts';

export interface History {
  /** Redis' time in seconds since 1970. */
  now: number;
  /** The points of the last hour, oldest first. */
  points: Point[];
}

const compress = promisify(gzip);

export class HistoryCache {
  readonly #redis: RedisClient;
  readonly #history: OncePerFrame<History>;
  readonly #gzipped: OncePerFrame<Uint8Array<ArrayBuffer>>;
  /** What was read last. */
  #points: readonly Point[] = [];

  constructor(redis: RedisClient, broadcast: Broadcast) {
    this.#redis = redis;
    this.#history = new OncePerFrame(broadcast, () => this.#read());
    this.#gzipped = new OncePerFrame(broadcast, async () => {
      const { points } = await this.get();
      return new Uint8Array(await compress(JSON.stringify(points)));
    });
  }

  /** Returns the history up to the latest frame. Rejects if Redis is unreachable. */
  get(): Promise<History> {
    return this.#history.get();
  }

  /** Returns the points as gzipped JSON. Rejects if Redis is unreachable. */
  gzipped(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#gzipped.get();
  }

  async #read(): Promise<History> {
    const now = Number((await this.#redis.time())[0]);
    const points =
      (await this.#readNew(now)) ?? (await readPoints(this.#redis, HISTORY_SECONDS, now));
    this.#points = points;
    return { now, points };
  }

  /** Adds what is new. Returns undefined if the newest known point is no longer there: after a reset, or if a clock was set back. */
  async #readNew(now: number): Promise<Point[] | undefined> {
    const newest = this.#points.at(-1);
    if (newest === undefined) return undefined;
    const [same, ...added] = await readPoints(this.#redis, Math.floor(now) - newest.at + 1, now);
    if (same?.at !== newest.at || same.loops !== newest.loops) return undefined;
    return [...this.#points.filter(({ at }) => at > now - HISTORY_SECONDS), ...added];
  }
}
