import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { login, startTestDashboard } from '../../test/support/dashboard-app.ts';

const dashboard = await startTestDashboard();
beforeEach(() => dashboard.redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

describe('without a password', () => {
  const app = dashboard.create();

  test.each(['/queues', '/queues/', '/queues/queue/loops'])(
    '%s returns the board',
    async (path) => {
      const response = await app.request(path);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('DockerCoins');
    },
  );

  test('the board shows the queue read-only', async () => {
    const response = await app.request('/queues/api/queues?activeQueue=loops');
    expect(await response.json()).toMatchObject({
      queues: [{ name: 'loops', readOnlyMode: true, isPaused: false }],
    });
  });
});

describe('with a password', () => {
  const app = dashboard.create({ password: 'secret' });
  const headers = login('admin:secret');

  test('the board offers actions', async () => {
    const response = await app.request('/queues/api/queues', { headers });
    expect(await response.json()).toMatchObject({
      queues: [{ name: 'loops', readOnlyMode: false }],
    });
  });

  test.each([
    [1_000_000, 200],
    [1_100_000, 413],
  ])('a job of %i bytes gets status %i', async (bytes, status) => {
    const body = JSON.stringify({ name: 'loop', data: { text: 'x'.repeat(bytes) }, options: {} });
    const response = await app.request('/queues/api/queues/loops/add', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: new Blob([body]).stream(), // without a Content-Length
      duplex: 'half',
    });
    expect(response.status).toBe(status);
    expect(await dashboard.queue.count()).toBe(status === 200 ? 1 : 0);
  });

  test('the board pauses the queue', async () => {
    const path = '/queues/api/queues/loops/pause';
    const response = await app.request(path, { method: 'PUT', headers });
    expect(response.status).toBe(200);
    expect(await dashboard.queue.isPaused()).toBe(true);
  });
});

describe('the board finds its files and its own path', () => {
  const app = dashboard.create();

  test.each(['/queues', '/queues/', '/queues/queue/loops', '/queues/queue/loops/1'])(
    'at %s, also if a proxy serves it under a path',
    async (path) => {
      const page = await (await app.request(path)).text();
      const [, base = ''] = /<base href="([^"]*)"/.exec(page) ?? [];
      expect(new URL(base, `http://proxy${path}`).pathname).toBe('/queues/');
      expect(new URL(base, `http://proxy/coins${path}`).pathname).toBe('/coins/queues/');
    },
  );

  test('with a script that runs before all others', async () => {
    const page = await (await app.request('/queues')).text();
    const [, first = ''] = /<script src="([^"]*)"/.exec(page) ?? [];
    const script = await app.request(new URL(first, 'http://proxy/queues/').pathname);
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toMatch('javascript');
  });
});

test.each([
  ['an invalid job id', '/queues/api/queues/loops/wait', /^bad request: WRONGTYPE .*\n$/],
  ['an invalid queue name', '/queues/api/queues?activeQueue=%25', /^bad request: URI malformed\n$/],
])('%s is rejected with 400 and the reason', async (_what, path, reason) => {
  await dashboard.queue.add('loop', {});
  const response = await dashboard.create().request(path);
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(reason);
});
