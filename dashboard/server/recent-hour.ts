/**
 * The history as `/api/history` sends it: read, parsed and compressed once for each frame, however many ask.
 * @module
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { HISTORY_SECONDS, type Point } from '../frame.ts';
import type { Broadcast } from './broadcast.ts';
import { recall } from './history.ts';

export interface Hour {
  /** Redis' time in seconds since 1970. */
  now: number;
  /** One point a second, oldest first. */
  points: Point[];
  /** The points as gzipped JSON. */
  gzipped: Uint8Array<ArrayBuffer>;
}

const compress = promisify(gzip);

export class RecentHour {
  readonly #redis: Redis;
  readonly #broadcast: Broadcast;
  #hour: Promise<Hour> | undefined;
  #frame: string | undefined;

  constructor(redis: Redis, broadcast: Broadcast) {
    this.#redis = redis;
    this.#broadcast = broadcast;
  }

  /** The hour up to the latest frame. Rejects if Redis is unreachable. */
  get(): Promise<Hour> {
    const { latest } = this.#broadcast;
    if (this.#hour === undefined || this.#frame !== latest) {
      this.#frame = latest;
      this.#hour = readHour(this.#redis);
    }
    return this.#hour;
  }
}

async function readHour(redis: Redis): Promise<Hour> {
  const now = Number((await redis.time())[0]);
  const points = await recall(redis, HISTORY_SECONDS, now);
  return { now, points, gzipped: new Uint8Array(await compress(JSON.stringify(points))) };
}
