import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { failFastRedis } from '@dockercoins/common/queue/redis';
import { freePort } from '../../test/support/free-port.ts';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { testFrame, testPoint } from '../../tools/stack/frame-data.ts';
import { silentLog as log } from '../../tools/stack/log.ts';
import { startSilentProxy } from '../../test/support/silent-proxy.ts';
import type { DashboardOptions } from './app.ts';
import { Broadcast } from './broadcast.ts';
import { addPoint } from './history.ts';
import { summary } from '../frame/summary.ts';

const dashboard = await startTestDashboard();
const { redis } = dashboard;
beforeEach(() => redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

async function get(path: string, options?: Partial<DashboardOptions>) {
  const response = await dashboard.create(options).request(path);
  return { status: response.status, text: await response.text() };
}

describe('GET /json', () => {
  test('returns no coins and null hashes at first, like the original', async () => {
    const before = Date.now() / 1000;
    const response = await dashboard.create().request('/json');
    const body = (await response.json()) as { now: number };
    expect(body).toEqual({ coins: 0, hashes: null, now: expect.any(Number) as number });
    expect(body.now).toBeGreaterThanOrEqual(before);
    expect(body.now).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test('returns the number of coins, and hashes as a string, as Redis does', async () => {
    await redis.hset(keys.wallet, { a: '1', b: '2' });
    await redis.set(keys.hashes, '42');
    const response = await dashboard.create().request('/json');
    expect(await response.json()).toMatchObject({ coins: 2, hashes: '42' });
  });
});

describe('GET /api/frame', () => {
  test('returns 503 before the first frame', async () => {
    const text = 'no frame yet; try again in a second\n';
    expect(await get('/api/frame', { broadcast: new Broadcast() })).toEqual({ status: 503, text });
  });

  test('returns the latest frame', async () => {
    const broadcast = new Broadcast();
    broadcast.send('{"speed":1}');
    broadcast.send('{"speed":2}');
    const response = await dashboard.create({ broadcast }).request('/api/frame');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ speed: 2 });
  });
});

describe('GET /api/events', () => {
  test('sends the latest frame at once, then each new one until the broadcast ends', async () => {
    const broadcast = new Broadcast();
    broadcast.send('one');
    const response = await dashboard.create({ broadcast }).request('/api/events');
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('content-encoding')).toBe('identity');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toMatchObject({ value: 'data: one\n\n' });
    broadcast.send('two');
    expect(await reader?.read()).toMatchObject({ value: 'data: two\n\n' });
    broadcast.end();
    expect(await reader?.read()).toMatchObject({ done: true });
  });
});

describe('GET /api/history', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const countReads = async () => {
    const stats = await redis.info('commandstats');
    return Number(/^cmdstat_xrange:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
  };

  test('returns the points of the last seconds', async () => {
    const [old, recent] = [testPoint(now() - 100), testPoint(now() - 2)];
    await addPoint(redis, old);
    await addPoint(redis, recent);
    const app = dashboard.create();
    expect(await (await app.request('/api/history?seconds=60')).json()).toEqual([recent]);
    expect(await (await app.request('/api/history?seconds=600')).json()).toEqual([old, recent]);
  });

  test('returns the whole hour compressed if the client accepts gzip', async () => {
    const point = testPoint(now() - 2);
    await addPoint(redis, point);
    const app = dashboard.create();
    const getHour = (encoding: string) =>
      app.request('/api/history?seconds=3600', { headers: { 'Accept-Encoding': encoding } });
    expect(await (await getHour('identity')).json()).toEqual([point]);
    const compressed = await getHour('gzip, deflate, br');
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(JSON.parse(gunzipSync(await compressed.bytes()).toString())).toEqual([point]);
  });

  test('reads Redis once per frame, however many clients request it', async () => {
    const broadcast = new Broadcast();
    const app = dashboard.create({ broadcast });
    const getTwenty = () =>
      Promise.all(
        Array.from({ length: 20 }, async (_, n) => app.request(`/api/history?seconds=${n + 1}`)),
      );
    const before = await countReads();
    broadcast.send('one');
    await getTwenty();
    await getTwenty();
    expect(await countReads()).toBe(before + 1);

    const point = testPoint(now());
    await addPoint(redis, point);
    broadcast.send('two');
    expect(await (await app.request('/api/history')).json()).toEqual([point]);
    expect(await countReads()).toBe(before + 2);
  });

  test.each(['0', '3601', '-1', '1.5', 'x', ''])(
    'rejects "%s" seconds with 400',
    async (seconds) => {
      const text = 'seconds must be a whole number from 1 to 3600\n';
      expect(await get(`/api/history?seconds=${seconds}`)).toEqual({ status: 400, text });
    },
  );
});

describe('GET /api/job', () => {
  test('returns the path of a job', async () => {
    const { id } = await dashboard.queue.add(JOB_NAME, {});
    const response = await dashboard.create().request(`/api/job?queue=loops&id=${id}`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ queue: 'loops', id, state: 'waiting', runs: [] });
  });

  test('returns 404 and says why if there is no such job', async () => {
    const text = 'no completed job is kept\n';
    expect(await get('/api/job?slowest')).toEqual({ status: 404, text });
  });

  test('returns 400 and says what was expected if the query is invalid', async () => {
    const text =
      'expected ?queue=loops&id=1, ?miner=miner-1, ?slowest or ?retried, got ?fastest=\n';
    expect(await get('/api/job?fastest')).toEqual({ status: 400, text });
  });
});

describe('GET /api/summary', () => {
  const summarize = async (message: object) => {
    const broadcast = new Broadcast();
    broadcast.send(JSON.stringify(message));
    const response = await dashboard.create({ broadcast }).request('/api/summary');
    return { status: response.status, summary: summary.parse(await response.json()) };
  };

  test('returns 503 before the first frame, also to pages of other origins', async () => {
    const app = dashboard.create({ broadcast: new Broadcast() });
    const response = await app.request('/api/summary');
    expect(response.status).toBe(503);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('returns the figures of this second, and what follows from the history', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (let ago = 20; ago > 0; ago--) {
      await addPoint(redis, testPoint(now - ago, { miners: 10, speed: 9.8 }));
    }
    expect(await summarize(testFrame({ at: now, miners: 10 }))).toMatchObject({
      status: 200,
      summary: { state: 'running', at: now, speed: 10, miners: 10, setup: 'ten', tenMiners: 9.8 },
    });
  });

  test('says that Redis cannot be read, instead of reading it', async () => {
    const reason = 'connect ECONNREFUSED';
    const problem = { part: 'redis', severity: 'error', text: 'Redis is down.', advice: '' };
    const before = await redis.info('commandstats');
    expect(await summarize({ at: 7, unreachable: true, reason, problem })).toEqual({
      status: 200,
      summary: { version: 1, state: 'outage', at: 7, unreachable: true, reason },
    });
    expect(/xrange:.*/.exec(await redis.info('commandstats'))?.[0]).toBe(
      /xrange:.*/.exec(before)?.[0],
    );
  });
});

describe.each([
  ['/', 'index.html'],
  ['/workshop', 'workshop.html'],
  ['/class', 'class.html'],
  ['/playground/', 'playground/index.html'],
])('GET %s', (path, file) => {
  test('returns the page', async () => {
    await using pageDir = await mkdtempDisposable(join(tmpdir(), 'dockercoins-page-'));
    await mkdir(join(pageDir.path, dirname(file)), { recursive: true });
    await writeFile(join(pageDir.path, file), '<title>DockerCoins</title>');
    const text = '<title>DockerCoins</title>';
    expect(await get(path, { pageDir: pageDir.path })).toEqual({ status: 200, text });
  });

  test('returns 503 and says how to build the page if it is not built', async () => {
    const { status, text } = await get(path);
    expect(status).toBe(503);
    expect(text).toMatch(/^the page is not built; /);
  });
});

test('/playground redirects to the folder, because its addresses are relative', async () => {
  const response = await dashboard.create().request('/playground?embed');
  expect([response.status, response.headers.get('location')]).toEqual([302, 'playground/?embed']);
});

test('an unknown path returns 404', async () => {
  expect(await get('/nothing')).toEqual({ status: 404, text: 'not found: /nothing\n' });
});

describe('if Redis', () => {
  const unreachable = { status: 503, text: 'Redis is unreachable; the dashboard keeps trying\n' };

  test('holds unexpected data, /json returns 500', async () => {
    await redis.set(keys.wallet, 'not a hash');
    const text = "internal error; see the dashboard's log\n";
    expect(await get('/json')).toEqual({ status: 500, text });
  });

  test.each(['/json', '/api/history', '/api/job?slowest', '/queues/api/queues'])(
    'refuses reads, %s returns 503 and says what to do',
    async (path) => {
      await using refusing = await startTestDashboard();
      const app = refusing.create();
      vi.spyOn(refusing.redis, 'sendCommand').mockRejectedValue(
        new Error("NOPERM this user has no permissions to run the 'hlen' command"),
      );
      const response = await app.request(path);
      vi.restoreAllMocks();
      expect({ status: response.status, text: await response.text() }).toEqual({
        status: 503,
        text: 'Redis refuses this: its user lacks a permission. Give the user in REDIS_URL the permissions that docs/security.md lists.\n',
      });
    },
  );

  test.each(['/json', '/api/history', '/api/summary'])(
    'is unreachable, %s returns 503',
    async (path) => {
      const down = failFastRedis({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` }, log);
      expect(await get(path, { redis: down })).toEqual(unreachable);
      down.disconnect();
    },
  );

  test.each([
    ...['/json', '/api/history', '/api/job?queue=loops&id=1'],
    ...['/queues/api/queues', '/queues/api/job-schedulers'],
  ])('hangs, %s returns 503 within 3 s', async (path) => {
    await using proxy = await startSilentProxy(dashboard.server.port);
    await using hanging = await startTestDashboard(proxy.port);
    await hanging.queue.add(JOB_NAME, {});
    expect((await hanging.create().request(path)).status).toBe(200);
    const app = hanging.create(); // with an empty cache

    proxy.cut();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = app.request(path);
    await vi.advanceTimersByTimeAsync(3000);
    vi.useRealTimers();
    const response = await Promise.race([answer, Promise.resolve(undefined)]);
    expect({ status: response?.status, text: await response?.text() }).toEqual(unreachable);
  });
});
