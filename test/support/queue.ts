import type { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { silentLog } from '../../tools/stack/log.ts';
import { startTestRedis, type SharedRedis } from './shared-redis.ts';

interface TestQueue {
  server: SharedRedis;
  /** A connection of the tests' own. */
  redis: Redis;
  queue: LoopQueue;
}

/** Starts a Redis with our queue for the tests of a file. Redis is emptied before each test. */
export async function startTestQueue(): Promise<TestQueue> {
  const { server, redis } = await startTestRedis();
  const queue = openQueue(redis, silentLog);
  afterAll(() => queue.close());
  return { server, redis, queue };
}
