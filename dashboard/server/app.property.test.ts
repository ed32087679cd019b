import '../../testing/properties.ts';
import { fc, test } from '@fast-check/vitest';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { startTestDashboard, type TestDashboard } from '../../testing/dashboard-app.ts';
import { anyHeaders, anyMethod, anyQuery, anyRequest } from '../../testing/arbitrary-requests.ts';

let dashboard: TestDashboard;
let open: Hono;
let locked: Hono;
beforeAll(async () => {
  dashboard = await startTestDashboard();
  await dashboard.queue.add(JOB_NAME, {});
  open = dashboard.create();
  locked = dashboard.create('geheim');
});
afterAll(() => dashboard[Symbol.asyncDispose]());

const GOOD = [200, 206, 304];
const REFUSED = [400, 401, 403, 404, 405, 416, 429, 503];
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
        expect([401, 403, 429]).toContain(status);
      }
      expect(await dashboard.queue.isPaused()).toBe(false);
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
      expect([...GOOD, ...REFUSED]).toContain(answer.status);
      expect(await dashboard.queue.getWaitingCount()).toBe(1);
      expect(await dashboard.queue.isPaused()).toBe(false);
    },
  );
});
