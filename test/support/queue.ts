import { Redis } from 'ioredis';
import { afterAll, beforeEach } from 'vitest';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { silentLog } from '../../tools/stack/log.ts';
import { takeRedis, type SharedRedis } from './shared-redis.ts';

interface TestQueue {
  server: SharedRedis;
  /** A connection of the tests' own. */
  redis: Redis;
  queue: LoopQueue;
}

/** Starts a Redis with our queue for the tests of a file. Redis is emptied before each test. */
export async function startTestQueue(): Promise<TestQueue> {
  const server = await takeRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const queue = openQueue(redis, silentLog);
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    await queue.close();
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  return { server, redis, queue };
}
