/**
 * The dashboard with all its routes on a throw-away Redis, without a socket.
 * @module
 */
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Redis } from 'ioredis';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { failFastRedis } from '@dockercoins/common/redis';
import { createApp } from '../dashboard/server/app.ts';
import { createBoard } from '../dashboard/server/board.ts';
import { Broadcast } from '../dashboard/server/broadcast.ts';
import { createQueueRoutes } from '../dashboard/server/queue-routes.ts';
import { silentLog as log } from './log.ts';
import { startTestRedis, type TestRedis } from './redis-server.ts';
import { until } from './until.ts';

export interface TestDashboard extends AsyncDisposable {
  server: TestRedis;
  redis: Redis;
  queue: LoopQueue;
  /** A dashboard that was started with this password, or without one. */
  create: (password?: string) => Hono;
}

export async function startTestDashboard(): Promise<TestDashboard> {
  const server = await startTestRedis();
  const redis = failFastRedis(server.url, log);
  await until('Redis is ready', () => redis.status === 'ready');
  const queue = openQueue(redis, log);
  const broadcast = new Broadcast();
  broadcast.send('{}');
  return {
    server,
    redis,
    queue,
    create: (password) =>
      createApp({
        redis,
        broadcast,
        board: createBoard(queue, password !== undefined),
        queueRoutes: createQueueRoutes(queue),
        password,
        pageDir: join(import.meta.dirname, '../dashboard/web/public'),
        log,
      }),
    async [Symbol.asyncDispose]() {
      await queue.close();
      redis.disconnect();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The header of a login, for instance `admin:password`. */
export function login(text: string) {
  return { Authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** What `app.request` is given as the connection of a request that comes from this address. */
export function from(address: string) {
  return { incoming: { socket: { remoteAddress: address } } };
}
