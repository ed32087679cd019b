import { Hono } from 'hono';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectionFrom, login, startTestDashboard } from '../../test/support/dashboard-app.ts';
import { requireLogin } from './access.ts';

const PASSWORD = 'secret';
const RIGHT = login(`admin:${PASSWORD}`);
const WRONG = login('admin:wrong');

const dashboard = await startTestDashboard();
beforeEach(async () => {
  await dashboard.redis.flushall();
  await dashboard.queue.addBulk([
    { name: 'loop', data: {}, opts: { jobId: 'one' } },
    { name: 'loop', data: {}, opts: { jobId: 'later', delay: 60_000 } },
  ]);
});
afterAll(() => dashboard[Symbol.asyncDispose]());

/** Returns every route that may change something, with its parameters filled in. */
function writeRoutes(password?: string) {
  const routes = dashboard
    .create({ password })
    .routes.filter(({ method }) => !['ALL', 'GET'].includes(method))
    .map(({ method, path }) => {
      const filled = path.replace(':queueName', 'loops').replace(':jobId', 'one');
      return { method, path: filled.replaceAll(/:\w+/g, 'completed') };
    });
  expect(routes.length).toBeGreaterThan(20);
  expect(routes).toContainEqual({ method: 'PUT', path: '/queues/api/queues/loops/pause' });
  expect(routes).toContainEqual({ method: 'POST', path: '/api/queue/pause' });
  return routes;
}

/** Returns everything in Redis, byte by byte. */
async function contents(): Promise<Map<string, Buffer | null>> {
  const { redis } = dashboard;
  const keys = (await redis.keys('*')).sort();
  return new Map(
    await Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)] as const)),
  );
}

async function statusesOf(routes: { method: string; path: string }[], password?: string) {
  const app = dashboard.create({ password });
  const statuses = new Set<number>();
  for (const { method, path } of routes) {
    const { status } = await app.request(path, {
      method,
      body: JSON.stringify({ name: 'loop', data: {}, options: {}, jobState: 'waiting' }),
      headers: { 'Content-Type': 'application/json' },
    });
    statuses.add(status);
  }
  return statuses;
}

describe('without a password', () => {
  test('every route that changes something returns 405 and changes nothing', async () => {
    const before = await contents();
    expect(await statusesOf(writeRoutes())).toEqual(new Set([405]));
    expect(await contents()).toEqual(before);
  });

  test('the refusal names the setting that allows changes', async () => {
    const response = await dashboard.create().request('/api/queue/pause', { method: 'POST' });
    expect(await response.text()).toContain('BOARD_PASSWORD');
  });
});

describe('with a password', () => {
  const app = dashboard.create({ password: PASSWORD });

  test('every route that changes something returns 401 without login and changes nothing', async () => {
    const before = await contents();
    expect(await statusesOf(writeRoutes(PASSWORD), PASSWORD)).toEqual(new Set([401]));
    expect(await contents()).toEqual(before);
  });

  test('every path of Bull Board returns 401 without login, whether it exists or not', async () => {
    const paths = app.routes
      .filter(({ path }) => path.startsWith('/queues'))
      .map(({ path }) => path);
    for (const path of [
      ...paths,
      '/queues',
      '/queues/nothing',
      '/%71ueues',
      '/api/queue/nothing',
    ]) {
      const response = await app.request(path);
      expect(response.status, path).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toBe('Basic realm="DockerCoins"');
    }
  });

  test.each(['admin:wrong', 'root:secret', 'admin:', 'secret', 'admin:secret:', ':secret'])(
    'the login "%s" is refused',
    async (wrong) => {
      const response = await dashboard
        .create({ password: PASSWORD })
        .request('/queues', { headers: login(wrong) });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(PASSWORD);
    },
  );

  test("the refusal of a proxy's login says where to read on, and no other does", async () => {
    const textFor = async (headers: Record<string, string>) =>
      (await app.request('/queues', { headers })).text();
    expect(await textFor(login('visitor:secret'))).toContain('docs/operations.md#behind-a-reverse');
    expect(await textFor(WRONG)).not.toContain('proxy');
    expect(await textFor({})).not.toContain('proxy');
  });

  test.each([
    ['no login', {}],
    ["a proxy's login", login('visitor:secret')],
    ['a wrong login', WRONG],
  ])('everything else is shown with %s', async (_what, headers) => {
    for (const path of ['/json', '/api/frame', '/api/history']) {
      expect((await app.request(path, { headers })).status, path).toBe(200);
    }
  });

  test('a page shown with wrong logins does not block the address', async () => {
    for (let n = 0; n < 20; n++) await app.request('/json', { headers: WRONG });
    expect((await app.request('/queues', { headers: RIGHT })).status).toBe(200);
  });

  test('a logged-in user pauses and resumes the queue', async () => {
    const post = (path: string) => app.request(path, { method: 'POST', headers: RIGHT });
    expect((await post('/api/queue/pause')).status).toBe(204);
    expect(await dashboard.queue.isPaused()).toBe(true);
    expect((await post('/api/queue/resume')).status).toBe(204);
    expect(await dashboard.queue.isPaused()).toBe(false);
  });
});

describe('failed logins', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  function protectedApp() {
    const app = new Hono();
    app.use(requireLogin(PASSWORD));
    app.get('/', (c) => c.text('welcome'));
    const get = (headers: Record<string, string>, address = '10.0.0.1') =>
      app.request('/', { headers }, connectionFrom(address));
    const fail = async (times: number) => {
      for (let n = 0; n < times; n++) expect((await get(WRONG)).status).toBe(401);
    };
    return { get, fail };
  }

  test('do not block the address after nine', async () => {
    const { get, fail } = protectedApp();
    await fail(9);
    expect((await get(RIGHT)).status).toBe(200);
  });

  test('block the address after ten, until a minute after the first', async () => {
    const { get, fail } = protectedApp();
    await fail(1);
    await vi.advanceTimersByTimeAsync(20_000);
    await fail(9);
    const refused = await get(RIGHT);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('40');
    expect(await refused.text()).toBe(
      'too many failed logins from your address; try again in 40 s\n',
    );
    await vi.advanceTimersByTimeAsync(39_000);
    expect((await get(RIGHT)).status).toBe(429);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await get(RIGHT)).status).toBe(200);
  });

  test('make right and wrong passwords indistinguishable once the address is blocked', async () => {
    const { get, fail } = protectedApp();
    await fail(10);
    const texts = await Promise.all(
      [RIGHT, WRONG].map(async (headers) => (await get(headers)).text()),
    );
    expect(new Set(texts).size).toBe(1);
  });

  test('hide the right password among a hundred parallel guesses', async () => {
    const { get } = protectedApp();
    const guesses = [...Array<typeof WRONG>(100).fill(WRONG), RIGHT];
    const responses = await Promise.all(guesses.map(async (headers) => get(headers)));
    expect(responses.at(-1)?.status).toBe(429);
  });

  test('do not block other addresses', async () => {
    const { get, fail } = protectedApp();
    await fail(10);
    expect((await get(RIGHT, '10.0.0.2')).status).toBe(200);
  });

  test('block the address of the connection, whatever forwarding headers say', async () => {
    const { get, fail } = protectedApp();
    await fail(10);
    const forged = {
      'X-Forwarded-For': '10.9.9.9',
      Forwarded: 'for=10.9.9.9',
      'X-Real-IP': '10.9.9.9',
    };
    expect((await get({ ...RIGHT, ...forged })).status).toBe(429);
  });

  test('do not include requests without credentials', async () => {
    const { get } = protectedApp();
    for (let n = 0; n < 20; n++) expect((await get({})).status).toBe(401);
    expect((await get(RIGHT)).status).toBe(200);
  });

  test.each(['visitor:secret', 'Admin:wrong', ':wrong', 'admin'])(
    'do not include logins as anyone else: "%s"',
    async (other) => {
      const { get } = protectedApp();
      for (let n = 0; n < 20; n++) expect((await get(login(other))).status).toBe(401);
      expect((await get(RIGHT)).status).toBe(200);
    },
  );

  test('do not include successful logins, and are not reset by them', async () => {
    const { get, fail } = protectedApp();
    for (let n = 0; n < 20; n++) expect((await get(RIGHT)).status).toBe(200);
    await fail(9);
    expect((await get(RIGHT)).status).toBe(200);
    await fail(1);
    expect((await get(RIGHT)).status).toBe(429);
  });
});
