import { glob, readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import type { RouterRoute } from 'hono/types';
import { describe, expect, test } from 'vitest';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
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

const ELSEWHERE = { Origin: 'http://front.example' };
const WITHOUT_PREFLIGHT = [
  undefined,
  '',
  'text/plain',
  'text/plain;charset=UTF-8',
  'text/plain; application/json',
  'text/plain, application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=application/json',
  'text/ping',
  'application/csp-report',
  'application/reports+json',
  'application/json-patch+json',
  'application/jsonp',
];

describe('without Sec-Fetch-Site, and with an Origin that is not our Host,', () => {
  test.each(WITHOUT_PREFLIGHT)('a POST of the type "%s" is rejected', async (type) => {
    const headers = { ...ELSEWHERE, ...(type === undefined ? {} : { 'Content-Type': type }) };
    expect(await statusOf(headers)).toBe(403);
    expect(await statusOf({ ...headers, 'X-HTTP-Method-Override': 'PUT' })).toBe(403);
  });

  test.each(['application/json', 'application/json;charset=UTF-8', 'Application/JSON ; a=b'])(
    'a POST of the type "%s" is allowed, because browsers would ask first',
    async (type) => {
      expect(await statusOf({ ...ELSEWHERE, 'Content-Type': type })).toBe(204);
    },
  );

  test.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    'a %s of any type is allowed, because browsers would ask first',
    async (method) => {
      for (const type of WITHOUT_PREFLIGHT) {
        const headers = { ...ELSEWHERE, ...(type === undefined ? {} : { 'Content-Type': type }) };
        expect(await statusOf(headers, method), type).toBe(204);
      }
    },
  );
});

test.each(['cross-site', 'same-site'])(
  '%s requests are rejected, whatever their type',
  async (site) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { 'Sec-Fetch-Site': site, 'Content-Type': 'application/json' };
      expect(await statusOf(headers, method), method).toBe(403);
    }
  },
);

describe('the dashboard', () => {
  /** Calls `check` with each route that may change something, and the app. */
  async function forEachChange(check: (app: Hono, route: RouterRoute) => Promise<void>) {
    await using dashboard = await startTestDashboard();
    const app = dashboard.create({ password: 'secret' });
    const changes = app.routes.filter(({ method }) => !['ALL', 'GET'].includes(method));
    expect(changes.length).toBeGreaterThan(20);
    for (const route of changes) await check(app, route);
  }

  test('accepts what its pages send behind a proxy with a Host of its own', async () => {
    await forEachChange(async (app, { method, path }) => {
      const type = method === 'POST' ? { 'Content-Type': 'application/json' } : {};
      const headers = { Host: '127.0.0.1:8000', ...ELSEWHERE, ...type };
      const { status } = await app.request(path, { method, headers });
      expect(status, `${method} ${path}`).toBe(401); // without a login, but not refused before that
    });
  });

  test('gives no other origin permission to send anything', async () => {
    await forEachChange(async (app, { method, path }) => {
      const preflight = {
        ...ELSEWHERE,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'content-type,x-forwarded-host',
      };
      for (const headers of [
        preflight,
        { ...preflight, 'Access-Control-Request-Private-Network': 'true' },
      ]) {
        const response = await app.request(path, { method: 'OPTIONS', headers });
        expect([...response.headers.keys()].join(' '), path).not.toContain('access-control-');
      }
    });
  });
});

test('Bull Board sends a body with every POST, so its client gives the type JSON', async () => {
  const scripts = await Array.fromAsync(
    glob('node_modules/@bull-board/ui/dist/static/js/main.*.js'),
  );
  const code = await readFile(scripts[0] ?? '', 'utf8');
  const posts = [...code.matchAll(/axios\.post\((?:`[^`]*`|"[^"]*")(.)/g)].map(([, next]) => next);
  expect(posts).toContain(',');
  expect(new Set(posts)).toEqual(new Set([',']));
});
