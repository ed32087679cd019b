import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { startTestDashboard } from '../../testing/dashboard-app.ts';
import { requireSameOrigin } from './same-origin.ts';

const HOST = 'coins.example:8000';

const app = new Hono();
app.use(requireSameOrigin);
app.all('/', (c) => c.body(null, 204));

async function statusOf(headers: Record<string, string>, method = 'POST') {
  return (await app.request('/', { method, headers: { Host: HOST, ...headers } })).status;
}

describe('a state-changing request', () => {
  test.each([
    [
      'the page, with Sec-Fetch-Site',
      { 'Sec-Fetch-Site': 'same-origin', Origin: `http://${HOST}` },
    ],
    ['the address bar', { 'Sec-Fetch-Site': 'none' }],
    ['the page, at a plain http address, without Sec-Fetch-Site', { Origin: `http://${HOST}` }],
    ['the page, behind a proxy that terminates TLS', { Origin: `https://${HOST}` }],
    [
      'the page, behind a proxy that rewrites Origin, as GitHub Codespaces does',
      { 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost:8000' },
    ],
    [
      'the page, behind a proxy with a Host of its own',
      { Origin: 'http://front.example', 'X-Forwarded-Host': 'front.example' },
    ],
    [
      'the page, behind two proxies',
      { Origin: 'http://front.example', 'X-Forwarded-Host': 'front.example, middle.example' },
    ],
    ['curl', {}],
  ])('is allowed from %s', async (_from, headers) => {
    expect(await statusOf(headers)).toBe(204);
  });

  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port or subdomain of the same site', { 'Sec-Fetch-Site': 'same-site' }],
    [
      'another site, even if Origin names this host',
      { 'Sec-Fetch-Site': 'cross-site', Origin: `http://${HOST}` },
    ],
    ['a client with an unknown value of Sec-Fetch-Site', { 'Sec-Fetch-Site': 'same-origin, none' }],
    ['another origin', { Origin: 'http://evil.example' }],
    [
      'another origin, behind a proxy',
      { Origin: 'http://evil.example', 'X-Forwarded-Host': 'front.example' },
    ],
    [
      'another site, whatever X-Forwarded-Host says',
      {
        'Sec-Fetch-Site': 'cross-site',
        Origin: 'http://evil.example',
        'X-Forwarded-Host': 'evil.example',
      },
    ],
    ['a page with an opaque origin, behind a proxy', { Origin: 'null', 'X-Forwarded-Host': '' }],
    ['another port', { Origin: 'http://coins.example:8001' }],
    ['an origin that starts with our host', { Origin: `http://${HOST}.evil.example` }],
    ['an origin with our host as its user name', { Origin: `http://${HOST}@evil.example` }],
    ['a page with an opaque origin', { Origin: 'null' }],
  ])('is rejected with 403 from %s', async (_from, headers) => {
    expect(await statusOf(headers)).toBe(403);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    'is rejected whatever its method: %s',
    async (method) => {
      expect(await statusOf({ 'Sec-Fetch-Site': 'cross-site' }, method)).toBe(403);
    },
  );

  test('gets a response that names the expected and the actual origin', async () => {
    const headers = { Host: HOST, Origin: 'http://evil.example' };
    const response = await app.request('/', { method: 'POST', headers });
    expect(await response.text()).toBe(
      'cross-origin request refused: expected origin coins.example:8000, got http://evil.example; a proxy must pass on Host\n',
    );
  });
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s is allowed from anywhere', async (method) => {
  expect(
    await statusOf({ 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' }, method),
  ).toBe(204);
});

test('no other origin gets permission to send X-Forwarded-Host', async () => {
  await using dashboard = await startTestDashboard();
  for (const path of ['/api/queue/pause', '/queues/api/queues/loops/pause', '/api/events']) {
    const { headers } = await dashboard.create({ password: 'secret' }).request(path, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://evil.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-forwarded-host',
      },
    });
    expect([...headers.keys()].join(' '), path).not.toContain('access-control-');
  }
});
