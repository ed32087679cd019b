/**
 * The dashboard's app on a throwaway Redis, without a socket.
 * @module
 */
import { join } from 'node:path';
import type { Hono } from 'hono';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { failFastRedis, type RedisClient } from '@dockercoins/common/queue/redis';
import { createApp, type DashboardOptions } from '../../dashboard/server/app.ts';
import { Broadcast } from '../../dashboard/server/broadcast.ts';
import { silentLog as log } from '../../tools/stack/log.ts';
import { patientRedis } from './patient-redis.ts';
import { takeRedis, type SharedRedis } from './shared-redis.ts';
import { until } from '../../tools/stack/until.ts';

export interface TestDashboard extends AsyncDisposable {
  server: SharedRedis;
  redis: RedisClient;
  queue: LoopQueue;
  /** Creates an app. By default it has no password and no built page, and `{}` is its latest frame. */
  create: (options?: Partial<DashboardOptions>) => Hono;
}

/** @param proxyPort of a proxy to the Redis, for its connection, which then has the product's time limits */
export async function startTestDashboard(proxyPort?: number): Promise<TestDashboard> {
  const server = await takeRedis();
  const url = server.url.replace(`:${server.port}/`, `:${proxyPort ?? server.port}/`);
  const redis =
    proxyPort === undefined ? await patientRedis(url) : failFastRedis({ REDIS_URL: url }, log);
  await until('Redis is ready', () => redis.status === 'ready');
  const queue = openQueue(redis, log);
  const broadcast = new Broadcast();
  broadcast.send('{}');
  const pageDir = join(import.meta.dirname, '../../dashboard/web/public');
  return {
    server,
    redis,
    queue,
    create: (options) =>
      createApp({
        redis,
        queues: [queue],
        broadcast,
        password: undefined,
        pageDir,
        log,
        ...options,
      }),
    async [Symbol.asyncDispose]() {
      await queue.close();
      redis.disconnect();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Returns the login header for credentials such as `admin:password`. */
export function login(credentials: string) {
  return { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** Returns the environment that makes `app.request` see a connection from this address. */
export function connectionFrom(address: string) {
  return { incoming: { socket: { remoteAddress: address } } };
}
