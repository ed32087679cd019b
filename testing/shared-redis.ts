/**
 * The Redis of this worker, for tests that neither stop nor freeze it. Those need a server of their own (`redisOn`).
 * @module
 */
import { Redis } from 'ioredis';
import { inject } from 'vitest';

export interface SharedRedis extends AsyncDisposable {
  url: string;
  port: number;
}

/** Databases that this file has taken. Redis has 16 of them. */
const taken = new Set<number>();

/** Takes an empty database of this worker's Redis. Files of a worker run one after another, so nobody else uses it. */
export async function takeRedis(): Promise<SharedRedis> {
  const port = inject('redisPorts')[Number(process.env['VITEST_POOL_ID']) - 1] ?? NaN;
  const db = Array.from({ length: 16 }, (_, n) => n).find((n) => !taken.has(n)) ?? NaN;
  const url = `redis://127.0.0.1:${port}/${db}`;
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  if (taken.size === 0) {
    await redis.flushall();
    await redis.config('SET', 'maxmemory', '0');
  }
  redis.disconnect();
  taken.add(db);
  return {
    url,
    port,
    [Symbol.asyncDispose]: () => {
      taken.delete(db);
      return Promise.resolve();
    },
  };
}
