import '../../test/support/properties.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import type { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { createLogger } from '@dockercoins/common/log';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { startTestRedis, type TestRedis } from '../../test/support/redis.ts';
import { anyHeaders, anyMethod, anyQuery, anyRequest } from '../../test/support/requests.ts';
import { createApp } from './app.ts';
import { createBoard } from './board.ts';
import { Broadcast } from './broadcast.ts';
import { createQueueRoutes } from './queue-routes.ts';

const log = createLogger('test', { INSTANCE: 'test', LOG_LEVEL: 'silent', LOG_FORMAT: 'text' });
let server: TestRedis;
let redis: Redis;
let queue: LoopQueue;
let pageDir: string;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  queue = openQueue(redis, log);
  await queue.add(JOB_NAME, {});
  pageDir = await mkdtemp(join(tmpdir(), 'dockercoins-page-'));
  await writeFile(join(pageDir, 'index.html'), '<title>DockerCoins</title>');
});
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
  await rm(pageDir, { recursive: true });
});

let open: Hono;
let locked: Hono;
beforeAll(() => {
  open = createDashboard(undefined);
  locked = createDashboard('geheim');
});

function createDashboard(password: string | undefined) {
  const broadcast = new Broadcast();
  broadcast.send('{}');
  const board = createBoard(queue, password);
  const queueRoutes = createQueueRoutes(queue, password);
  return createApp({ redis, broadcast, board, queueRoutes, pageDir, log });
}

const GOOD = [200, 206, 304];
const REFUSED = [400, 401, 403, 404, 405, 416];
const PATHS = ['/', '/json', '/api/frame', '/api/history', '/api/history?seconds=', '/assets/a.js'];

describe('whatever is asked', () => {
  test.prop([anyRequest(...PATHS, '/api/queue/', '/queues', '/queues/static/', '/queues/queue/')])(
    'is answered or refused with a plain reason',
    async ({ method, path, headers }) => {
      const answer = await open.request(path, { method, headers });
      expect([...GOOD, ...REFUSED]).toContain(answer.status);
      const text = await answer.text();
      if (REFUSED.includes(answer.status) && method !== 'HEAD') expect(text).not.toBe('');
    },
  );

  test.prop([fc.integer()])('a history is told for 1 to 3600 seconds only', async (seconds) => {
    const answer = await open.request(`/api/history?seconds=${seconds}`);
    expect(answer.status).toBe(seconds >= 1 && seconds <= 3600 ? 200 : 400);
  });

  test.prop([anyHeaders])('a viewer gets the newest frame', async (headers) => {
    const answer = await open.request('/api/events', { headers });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toMatchObject({ value: 'data: {}\n\n' });
    await reader?.cancel();
  });

  test.prop([anyMethod.filter((it) => !/^(GET|HEAD)$/.test(it)), anyHeaders])(
    'the queue is not changed without login',
    async (method, headers) => {
      for (const path of ['/api/queue/pause', '/queues/api/queues/loops/pause']) {
        const { status } = await locked.request(path, { method, headers });
        expect(status).toBe(401);
      }
      expect(await queue.isPaused()).toBe(false);
    },
  );
});

const part = fc.oneof(
  fc.constantFrom('queues', 'loops', '1', 'wait', 'completed', 'latest', 'pause', 'obliterate'),
  fc.constantFrom('add', 'clean', 'retry', 'promote', 'logs', 'flow', 'metrics', 'redis', 'stats'),
  fc.constantFrom('workers', 'job-schedulers', 'history', '__proto__', '%', '%25', '%00', ''),
  fc.string().map(encodeURIComponent),
);
const boardPath = fc
  .tuple(fc.array(part, { maxLength: 3 }), anyQuery)
  .map(([parts, query]) => `/queues/api/queues/loops/${parts.join('/')}?${query}`);
const listPath = anyQuery.map((query) => `/queues/api/queues?${query}`);

describe('Bull Board', () => {
  test.prop([fc.oneof(boardPath, listPath), anyMethod, anyHeaders])(
    'answers, refuses or tells what went wrong, and changes nothing',
    async (path, method, headers) => {
      const answer = await open.request(path, { method, headers });
      const text = await answer.text();
      // It answers 500 with the reason where a parameter is none that its page would send.
      const says = /^\{"error":\{"key":"ERRORS.INTERNAL_SERVER_ERROR"\},"message":".+"/;
      if (answer.status === 500 && method !== 'HEAD') expect(text).toMatch(says);
      else expect([...GOOD, ...REFUSED, 500]).toContain(answer.status);
      expect(await queue.getWaitingCount()).toBe(1);
      expect(await queue.isPaused()).toBe(false);
    },
  );
});
