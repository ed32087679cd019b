/**
 * Connects to the Redis of a running stack.
 * @module
 */
import { Redis } from 'ioredis';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { silentLog } from '../log.ts';
import type { Deployment } from './deployment.ts';

export interface Connections extends AsyncDisposable {
  redis: Redis;
  queue: LoopQueue;
}

/** Commands fail while Redis is unreachable. */
export function connect({
  redisUrl,
  redisPassword: password,
}: Pick<Deployment, 'redisUrl' | 'redisPassword'>): Connections {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 3, ...(password && { password }) });
  redis.on('error', () => undefined); // without a listener, ioredis would print it
  const queue = openQueue(redis, silentLog);
  return {
    redis,
    queue,
    async [Symbol.asyncDispose]() {
      await queue.close();
      redis.disconnect();
    },
  };
}
