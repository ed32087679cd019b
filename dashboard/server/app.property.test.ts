import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { afterAll, describe, expect } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import {
  anyHeaders,
  anyMethod,
  anyQuery,
  anyRequest,
} from '../../test/support/arbitrary-requests.ts';

const dashboard = await startTestDashboard();
await dashboard.queue.add(JOB_NAME, {});
const open = dashboard.create();
const locked = dashboard.create({ password: 'secret' });
afterAll(() => dashboard[Symbol.asyncDispose]());

const SUCCESS = [200, 206, 304];
const REFUSED = [400, 401, 403, 404, 405, 416, 429, 503];
const PATHS = [
  ...['/', '/class', '/json', '/assets/a.js'],
  ...['/api/frame', '/api/summary', '/api/history', '/api/history?seconds='],
  ...['/api/job?slowest', '/api/job?miner=', '/api/job?queue=loops&id='],
];

describe('any request', () => {
  test.prop([anyRequest(...PATHS, '/api/queue/', '/queues', '/queues/static/', '/queues/queue/')])(
    'is served, or refused with a reason',
    async ({ method, path, headers }) => {
      const response = await open.request(path, { method, headers });
      const { pathname } = new URL(`http://localhost${path}`);
      const redirected = pathname === '/class/' ? [302] : [];
      expect([...SUCCESS, ...REFUSED, ...redirected]).toContain(response.status);
      const text = await response.text();
      if (REFUSED.includes(response.status) && method !== 'HEAD') expect(text).not.toBe('');
    },
  );

  test.prop([fc.integer()])('gets a history of 1 to 3600 seconds only', async (seconds) => {
    const response = await open.request(`/api/history?seconds=${seconds}`);
    expect(response.status).toBe(seconds >= 1 && seconds <= 3600 ? 200 : 400);
  });

  test.prop([anyHeaders])('to /api/events gets the latest frame', async (headers) => {
    const response = await open.request('/api/events', { headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toMatchObject({ value: 'data: {}\n\n' });
    await reader?.cancel();
  });

  test.prop([anyMethod.filter((method) => !/^(GET|HEAD)$/.test(method)), anyHeaders])(
    'leaves the queue unchanged without a login',
    async (method, headers) => {
      for (const path of ['/api/queue/pause', '/queues/api/queues/loops/pause']) {
        const { status } = await locked.request(path, { method, headers });
        expect([401, 403, 429]).toContain(status);
      }
      expect(await dashboard.queue.isPaused()).toBe(false);
    },
  );
});

const segment = fc.oneof(
  fc.constantFrom('queues', 'loops', '1', 'wait', 'completed', 'latest', 'pause', 'obliterate'),
  fc.constantFrom('add', 'clean', 'retry', 'promote', 'logs', 'flow', 'metrics', 'redis', 'stats'),
  fc.constantFrom('workers', 'job-schedulers', 'history', '__proto__', '%', '%25', '%00', ''),
  fc.string().map(encodeURIComponent),
);
const boardPath = fc
  .tuple(fc.array(segment, { maxLength: 3 }), anyQuery)
  .map(([segments, query]) => `/queues/api/queues/loops/${segments.join('/')}?${query}`);
const listPath = anyQuery.map((query) => `/queues/api/queues?${query}`);

describe('Bull Board without a password', () => {
  test.prop([fc.oneof(boardPath, listPath), anyMethod, anyHeaders])(
    'serves or refuses any request, and changes nothing',
    async (path, method, headers) => {
      const response = await open.request(path, { method, headers });
      expect([...SUCCESS, ...REFUSED]).toContain(response.status);
      expect(await dashboard.queue.getWaitingCount()).toBe(1);
      expect(await dashboard.queue.isPaused()).toBe(false);
    },
  );
});
