import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { failFastRedis } from '@dockercoins/common/redis';
import { freePort } from '../../local/free-port.ts';
import { silentLog as log } from '../../testing/log.ts';
import { startTestRedis, type TestRedis } from '../../testing/redis-server.ts';
import { until } from '../../testing/until.ts';
import { createApp, type DashboardOptions } from './app.ts';
import { Broadcast } from './broadcast.ts';
import { remember } from './history.ts';

let server: TestRedis;
let redis: Redis;
let pageDir: string;
beforeAll(async () => {
  server = await startTestRedis();
  redis = failFastRedis(server.url, log);
  await until('Redis is ready', () => redis.status === 'ready');
  pageDir = await mkdtemp(join(tmpdir(), 'dockercoins-page-'));
  await mkdir(join(pageDir, 'empty'));
  await writeFile(join(pageDir, 'index.html'), '<title>DockerCoins</title>');
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
  await rm(pageDir, { recursive: true });
});

function createDashboard(other: Partial<DashboardOptions> = {}) {
  const broadcast = new Broadcast();
  const parts = { redis, broadcast, board: new Hono(), queueRoutes: new Hono(), pageDir, log };
  return { broadcast, app: createApp({ ...parts, password: undefined, ...other }) };
}

async function ask(path: string, other?: Partial<DashboardOptions>) {
  const answer = await createDashboard(other).app.request(path);
  return { status: answer.status, text: await answer.text() };
}

describe('GET /json', () => {
  test('is as the original: no coins and no hashes at first', async () => {
    const answer = await createDashboard().app.request('/json');
    expect(await answer.json()).toEqual({
      coins: 0,
      hashes: null,
      now: expect.closeTo(Date.now() / 1000, -1) as number,
    });
  });

  test('counts the coins, and tells hashes as Redis does: as text', async () => {
    await redis.hset(keys.wallet, { a: '1', b: '2' });
    await redis.set(keys.hashes, '42');
    const answer = await createDashboard().app.request('/json');
    expect(await answer.json()).toMatchObject({ coins: 2, hashes: '42' });
  });
});

describe('GET /api/frame', () => {
  test('is 503 before the first frame', async () => {
    const text = 'no frame yet; there is one each second\n';
    expect(await ask('/api/frame')).toEqual({ status: 503, text });
  });

  test('is the newest frame', async () => {
    const { app, broadcast } = createDashboard();
    broadcast.send('{"speed":1}');
    broadcast.send('{"speed":2}');
    const answer = await app.request('/api/frame');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({ speed: 2 });
  });
});

describe('GET /api/events', () => {
  test('tells the newest frame at once, then each new one, until it is over', async () => {
    const { app, broadcast } = createDashboard();
    broadcast.send('one');
    const answer = await app.request('/api/events');
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toMatchObject({ value: 'data: one\n\n' });
    broadcast.send('two');
    expect(await reader?.read()).toMatchObject({ value: 'data: two\n\n' });
    broadcast.end();
    expect(await reader?.read()).toMatchObject({ done: true });
  });
});

describe('GET /api/history', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const pointAt = (at: number) => {
    return { at, speed: 3, loops: 9, hashes: null, miners: 1, rng: 1, hasher: 1 };
  };
  const readsOfHistory = async () => {
    const stats = await redis.info('commandstats');
    return Number(/^cmdstat_xrange:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
  };

  test('is the points of the last seconds', async () => {
    const [old, recent] = [pointAt(now() - 100), pointAt(now() - 2)];
    await remember(redis, old);
    await remember(redis, recent);
    const { app } = createDashboard();
    expect(await (await app.request('/api/history?seconds=60')).json()).toEqual([recent]);
    expect(await (await app.request('/api/history?seconds=600')).json()).toEqual([old, recent]);
  });

  test('is compressed for the whole hour, if the client accepts that', async () => {
    const point = pointAt(now() - 2);
    await remember(redis, point);
    const { app } = createDashboard();
    const ask = (encoding: string) =>
      app.request('/api/history?seconds=3600', { headers: { 'Accept-Encoding': encoding } });
    expect(await (await ask('identity')).json()).toEqual([point]);
    const compressed = await ask('gzip, deflate, br');
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(JSON.parse(gunzipSync(await compressed.bytes()).toString())).toEqual([point]);
  });

  test('is read once for each frame, however many ask', async () => {
    const { app, broadcast } = createDashboard();
    const ask = async (_: unknown, n: number) => app.request(`/api/history?seconds=${n + 1}`);
    const askTwenty = () => Promise.all(Array.from({ length: 20 }, ask));
    const before = await readsOfHistory();
    broadcast.send('one');
    await askTwenty();
    await askTwenty();
    expect(await readsOfHistory()).toBe(before + 1);

    const point = pointAt(now());
    await remember(redis, point);
    broadcast.send('two');
    expect(await (await app.request('/api/history')).json()).toEqual([point]);
    expect(await readsOfHistory()).toBe(before + 2);
  });

  test.each(['0', '3601', '-1', '1.5', 'x', ''])(
    'is 400 with a line of help for "%s" seconds',
    async (seconds) => {
      const text = 'seconds: a whole number from 1 to 3600\n';
      expect(await ask(`/api/history?seconds=${seconds}`)).toEqual({ status: 400, text });
    },
  );
});

describe('GET /', () => {
  test('is the page', async () => {
    expect(await ask('/')).toEqual({ status: 200, text: '<title>DockerCoins</title>' });
  });

  test('is 503 with a line of help where the page is not built', async () => {
    const { status, text } = await ask('/', { pageDir: join(pageDir, 'empty') });
    expect(status).toBe(503);
    expect(text).toMatch(/^the page is not built; /);
  });
});

test('a path that is not there is 404 with a plain line', async () => {
  expect(await ask('/nothing')).toEqual({ status: 404, text: 'there is nothing at /nothing\n' });
});

describe('while something is wrong with Redis', () => {
  test('is 500 where it holds something unexpected', async () => {
    await redis.set(keys.wallet, 'not a hash');
    expect(await ask('/json')).toEqual({
      status: 500,
      text: 'something went wrong here; the log of the dashboard says what\n',
    });
  });

  test.each(['/json', '/api/history'])(
    '%s is 503 with a plain line where it is away',
    async (path) => {
      const away = failFastRedis(`redis://127.0.0.1:${await freePort()}`, log);
      expect(await ask(path, { redis: away })).toEqual({
        status: 503,
        text: 'Redis is away; the dashboard keeps trying\n',
      });
      away.disconnect();
    },
  );
});
