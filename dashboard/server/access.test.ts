import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { login, startTestDashboard, type TestDashboard } from '../../testing/dashboard-app.ts';

const PASSWORD = 'geheim';

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await startTestDashboard();
});
beforeEach(async () => {
  await dashboard.redis.flushall();
  await dashboard.queue.addBulk([
    { name: 'loop', data: {}, opts: { jobId: 'one' } },
    { name: 'loop', data: {}, opts: { jobId: 'later', delay: 60_000 } },
  ]);
});
afterAll(() => dashboard[Symbol.asyncDispose]());

/** Every route that may change something, with `/:queueName/:jobId` filled in. */
function writeRoutes(password?: string) {
  const found = dashboard
    .create(password)
    .routes.filter(({ method }) => !['ALL', 'GET'].includes(method))
    .map(({ method, path }) => {
      const filled = path.replace(':queueName', 'loops').replace(':jobId', 'one');
      return { method, path: filled.replaceAll(/:\w+/g, 'completed') };
    });
  expect(found.length).toBeGreaterThan(20);
  expect(found).toContainEqual({ method: 'PUT', path: '/queues/api/queues/loops/pause' });
  expect(found).toContainEqual({ method: 'POST', path: '/api/queue/pause' });
  return found;
}

/** All of Redis, byte by byte. */
async function contents(): Promise<Map<string, Buffer | null>> {
  const { redis } = dashboard;
  const keys = (await redis.keys('*')).sort();
  return new Map(
    await Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)] as const)),
  );
}

async function answersOf(routes: { method: string; path: string }[], password?: string) {
  const app = dashboard.create(password);
  const statuses = new Set<number>();
  for (const { method, path } of routes) {
    const answer = await app.request(path, {
      method,
      body: JSON.stringify({ name: 'loop', data: {}, options: {}, jobState: 'waiting' }),
      headers: { 'Content-Type': 'application/json' },
    });
    statuses.add(answer.status);
  }
  return statuses;
}

describe('without a password', () => {
  test('every route that changes something is refused with 405, and nothing is changed', async () => {
    const before = await contents();
    expect(await answersOf(writeRoutes())).toEqual(new Set([405]));
    expect(await contents()).toEqual(before);
  });

  test('the refusal says how to be allowed to', async () => {
    const answer = await dashboard.create().request('/api/queue/pause', { method: 'POST' });
    expect(await answer.text()).toContain('BOARD_PASSWORD');
  });
});

describe('with a password', () => {
  test('every route that changes something is 401 without login, and nothing is changed', async () => {
    const before = await contents();
    expect(await answersOf(writeRoutes(PASSWORD), PASSWORD)).toEqual(new Set([401]));
    expect(await contents()).toEqual(before);
  });

  test('looking is 401 too, whatever there is to see', async () => {
    const app = dashboard.create(PASSWORD);
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
      const answer = await app.request(path);
      expect(answer.status, path).toBe(401);
      expect(answer.headers.get('WWW-Authenticate')).toBe('Basic realm="DockerCoins"');
    }
  });

  test.each(['admin:falsch', 'root:geheim', 'admin:', 'geheim', 'admin:geheim:', ':geheim'])(
    'login "%s" is refused',
    async (wrong) => {
      const answer = await dashboard.create(PASSWORD).request('/queues', { headers: login(wrong) });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(PASSWORD);
    },
  );

  test('the rest is open to all', async () => {
    expect((await dashboard.create(PASSWORD).request('/json')).status).toBe(200);
  });

  test('the page pauses and resumes the queue', async () => {
    const app = dashboard.create(PASSWORD);
    const post = (path: string) =>
      app.request(path, { method: 'POST', headers: login(`admin:${PASSWORD}`) });
    expect((await post('/api/queue/pause')).status).toBe(204);
    expect(await dashboard.queue.isPaused()).toBe(true);
    expect((await post('/api/queue/resume')).status).toBe(204);
    expect(await dashboard.queue.isPaused()).toBe(false);
  });
});
