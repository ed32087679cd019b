import { once } from 'node:events';
import { failFastRedis, type RedisClient } from '@dockercoins/common/queue/redis';
import { silentLog } from '../../tools/stack/log.ts';

/**
 * Opens the connection of producers and web pages, without its time limits: a busy machine may hold up Redis, or the process
 * that waits for it, for longer than two seconds. What happens then is tested where a test makes Redis hang.
 */
export async function patientRedis(url: string): Promise<RedisClient> {
  const redis = failFastRedis({ REDIS_URL: url }, silentLog);
  Object.assign(redis.options, { commandTimeout: undefined, socketTimeout: undefined });
  await once(redis, 'ready');
  return redis;
}
