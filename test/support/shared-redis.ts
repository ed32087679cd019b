/**
 * The Redis of this worker, for tests that neither stop nor freeze it. Those need a server of their own (`redisOn`).
 * @module
 */
import { Redis } from 'ioredis';
import { afterAll, beforeEach, inject } from 'vitest';

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
  taken.add(db);
  const url = `redis://127.0.0.1:${port}/${db}`;
  await empty(url);
  return {
    url,
    port,
    async [Symbol.asyncDispose]() {
      await empty(url);
      taken.delete(db);
    },
  };
}

/** Takes a database for the tests of a file, which is emptied before each of them, and opens a connection of their own. */
export async function startTestRedis(): Promise<{ server: SharedRedis; redis: Redis }> {
  const server = await takeRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  return { server, redis };
}

/** Deletes the data of a database. An earlier test may have limited the memory, or changed what happens when it is full. */
async function empty(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  await redis.config('SET', 'maxmemory', '0');
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  await redis.flushdb();
  redis.disconnect();
}
