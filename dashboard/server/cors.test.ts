/**
 * Pages of other origins may read the summary, and nothing else.
 * @module
 */
import { afterAll, describe, expect, test } from 'vitest';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';

const dashboard = await startTestDashboard();
afterAll(() => dashboard[Symbol.asyncDispose]());

const headers = { Origin: 'http://trainer.example:8000' };

/** Paths of all routes, with something in place of their parameters. */
const paths = [
  ...new Set(dashboard.create().routes.map(({ path }) => path.replaceAll(/:\w+/g, '1'))),
].map((path) => path.replaceAll('*', 'x'));

const corsHeaders = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

describe.each([
  ['without a password', undefined],
  ['with a password', 'secret'],
])('%s', (_, password) => {
  test.each(['GET', 'HEAD'])(
    'the only route that may be read from elsewhere: %s',
    async (method) => {
      const app = dashboard.create({ password });
      expect(paths.length).toBeGreaterThan(20);
      const open: string[] = [];
      for (const path of paths) {
        const response = await app.request(path, { method, headers });
        await response.body?.cancel();
        if (Object.keys(corsHeaders(response)).length > 0) open.push(path);
      }
      expect(open).toEqual(['/api/summary']);
    },
  );

  test('the summary may be read without a login, and not with one', async () => {
    const response = await dashboard.create({ password }).request('/api/summary', { headers });
    expect(response.status).toBe(200);
    expect(corsHeaders(response)).toEqual({ 'access-control-allow-origin': '*' });
  });

  test.each(['POST', 'PUT', 'DELETE'])('nothing may be sent there: %s', async (method) => {
    const app = dashboard.create({ password });
    const preflight = { ...headers, 'Access-Control-Request-Method': method };
    const response = await app.request('/api/summary', { method: 'OPTIONS', headers: preflight });
    expect(corsHeaders(response)).toEqual({});
    expect((await app.request('/api/summary', { method, headers })).ok).toBe(false);
  });
});
