import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { login, startTestDashboard, type TestDashboard } from '../../testing/dashboard-app.ts';

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await startTestDashboard();
});
beforeEach(() => dashboard.redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

describe('without a password', () => {
  test.each(['/queues', '/queues/', '/queues/queue/loops'])('%s shows the board', async (path) => {
    const answer = await dashboard.create().request(path);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('DockerCoins');
  });

  test('the board shows the queue, to look at only', async () => {
    const answer = await dashboard.create().request('/queues/api/queues?activeQueue=loops');
    expect(await answer.json()).toMatchObject({
      queues: [{ name: 'loops', readOnlyMode: true, isPaused: false }],
    });
  });
});

describe('with a password', () => {
  const headers = login('admin:geheim');

  test('the board shows the queue, to act with', async () => {
    const answer = await dashboard.create('geheim').request('/queues/api/queues', { headers });
    expect(await answer.json()).toMatchObject({ queues: [{ name: 'loops', readOnlyMode: false }] });
  });

  test('the board pauses the queue', async () => {
    const path = '/queues/api/queues/loops/pause';
    const answer = await dashboard.create('geheim').request(path, { method: 'PUT', headers });
    expect(answer.status).toBe(200);
    expect(await dashboard.queue.isPaused()).toBe(true);
  });
});

test.each([
  ['a job that is none', '/queues/api/queues/loops/wait', /^this cannot be done: WRONGTYPE .*\n$/],
  [
    'a name that is none',
    '/queues/api/queues?activeQueue=%25',
    /^this cannot be done: URI malformed\n$/,
  ],
])('what the board cannot do is refused with the reason: %s', async (_what, path, reason) => {
  await dashboard.queue.add('loop', {});
  const answer = await dashboard.create().request(path);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(reason);
});
