import { Redis } from 'ioredis';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '@dockercoins/common/log';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { startTestRedis, type TestRedis } from '../../test/support/redis.ts';
import { createApp } from './app.ts';
import { createBoard } from './board.ts';
import { Broadcast } from './broadcast.ts';
import { createQueueRoutes } from './queue-routes.ts';

const log = createLogger('test', { INSTANCE: 'test', LOG_LEVEL: 'silent', LOG_FORMAT: 'text' });
let server: TestRedis;
let redis: Redis;
let queue: LoopQueue;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  queue = openQueue(redis, log);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

function createDashboard(password: string | undefined): Hono {
  return createApp({
    redis,
    broadcast: new Broadcast(),
    board: createBoard(queue, password),
    queueRoutes: createQueueRoutes(queue, password),
    pageDir: import.meta.dirname,
    log,
  });
}

const login = (text: string) => ({
  Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

describe('without a password', () => {
  const dashboard = () => createDashboard(undefined);

  test.each(['/queues', '/queues/', '/queues/queue/loops'])('%s shows the board', async (path) => {
    const answer = await dashboard().request(path);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('DockerCoins');
  });

  test('the board shows the queue', async () => {
    const answer = await dashboard().request('/queues/api/queues?activeQueue=loops');
    expect(await answer.json()).toMatchObject({
      queues: [{ name: 'loops', readOnlyMode: true, isPaused: false }],
    });
  });

  test.each([
    ['PUT', '/queues/api/queues/loops/pause'],
    ['PUT', '/queues/api/queues/loops/empty'],
    ['PUT', '/queues/api/queues/loops/clean/completed'],
    ['POST', '/queues/api/queues/loops/add'],
    ['POST', '/api/queue/pause'],
    ['POST', '/api/queue/resume'],
  ])('%s %s is refused with 405', async (method, path) => {
    const answer = await dashboard().request(path, { method });
    expect(answer.status).toBe(405);
    expect(await queue.isPaused()).toBe(false);
  });
});

describe('with a password', () => {
  const dashboard = () => createDashboard('geheim');

  test.each([
    ['GET', '/queues'],
    ['GET', '/queues/'],
    ['GET', '/queues/api/queues'],
    ['PUT', '/queues/api/queues/loops/pause'],
    ['POST', '/api/queue/pause'],
  ])('%s %s is 401 without login', async (method, path) => {
    const answer = await dashboard().request(path, { method });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="DockerCoins"');
    expect(await queue.isPaused()).toBe(false);
  });

  test.each(['admin:falsch', 'root:geheim', 'admin:', 'geheim'])(
    '/queues is 401 with login "%s"',
    async (wrong) => {
      const answer = await dashboard().request('/queues', { headers: login(wrong) });
      expect(answer.status).toBe(401);
    },
  );

  test('/queues shows the board with login', async () => {
    const answer = await dashboard().request('/queues', { headers: login('admin:geheim') });
    expect(answer.status).toBe(200);
  });

  test('the rest is open to all', async () => {
    expect((await dashboard().request('/json')).status).toBe(200);
  });

  test('the board pauses the queue', async () => {
    const path = '/queues/api/queues/loops/pause';
    await dashboard().request(path, { method: 'PUT', headers: login('admin:geheim') });
    expect(await queue.isPaused()).toBe(true);
  });

  test('the page pauses and resumes the queue', async () => {
    const headers = { ...login('admin:geheim'), Origin: 'http://localhost' };
    const post = (path: string) => dashboard().request(path, { method: 'POST', headers });
    expect((await post('/api/queue/pause')).status).toBe(204);
    expect(await queue.isPaused()).toBe(true);
    expect((await post('/api/queue/resume')).status).toBe(204);
    expect(await queue.isPaused()).toBe(false);
  });

  test('other sites cannot use the login of a browser', async () => {
    const answer = await dashboard().request('/api/queue/pause', {
      method: 'POST',
      headers: { ...login('admin:geheim'), Origin: 'http://evil.example' },
    });
    expect(answer.status).toBe(403);
    expect(await queue.isPaused()).toBe(false);
  });
});
