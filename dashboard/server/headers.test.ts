import { afterAll, describe, expect, test } from 'vitest';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';

const POLICY = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
const FOR_PAGE = `default-src 'self'; style-src 'self'; ${POLICY}`;
const FOR_CLASS = `default-src 'self'; style-src 'self'; connect-src http: https:; ${POLICY}`;
const FOR_BOARD = `default-src 'self'; style-src 'self' 'unsafe-inline'; ${POLICY}`;

const dashboard = await startTestDashboard();
afterAll(() => dashboard[Symbol.asyncDispose]());

async function request(path: string, { method = 'GET', password = '', headers = {} } = {}) {
  const app = dashboard.create({ password: password || undefined });
  return app.request(path, { method, headers });
}

const crossSite = { 'Sec-Fetch-Site': 'cross-site' };

describe('every response has a content security policy and forbids framing', () => {
  test.each([
    ['a file of the page', '/coin.svg', {}, 200, FOR_PAGE],
    ['a page that is not built', '/', {}, 503, FOR_PAGE],
    ['JSON', '/json', {}, 200, FOR_PAGE],
    ['compressed JSON', '/api/history', { headers: { 'Accept-Encoding': 'gzip' } }, 200, FOR_PAGE],
    ['a frame', '/api/frame', {}, 200, FOR_PAGE],
    ['the class page', '/class', {}, 503, FOR_CLASS],
    ['the class page with a slash', '/class/', {}, 302, FOR_CLASS],
    ['a path below it', '/class/x', {}, 404, FOR_PAGE],
    ['an unknown path', '/nothing', {}, 404, FOR_PAGE],
    ['an unknown job', '/api/job?slowest', {}, 404, FOR_PAGE],
    ['a bad request', '/api/history?seconds=x', {}, 400, FOR_PAGE],
    ['a refused change', '/api/queue/pause', { method: 'POST' }, 405, FOR_PAGE],
    ['a missing login', '/api/queue/pause', { method: 'POST', password: 'x' }, 401, FOR_PAGE],
    ['another site', '/api/queue/pause', { method: 'POST', headers: crossSite }, 403, FOR_PAGE],
    ['Bull Board', '/queues', {}, 200, FOR_BOARD],
    ["Bull Board's data", '/queues/api/queues', {}, 200, FOR_BOARD],
    ["Bull Board's logo", '/queues/static/images/logo.svg', {}, 200, FOR_BOARD],
    ['Bull Board without login', '/queues', { password: 'x' }, 401, FOR_BOARD],
  ])('%s: %s', async (_what, path, options, status, policy) => {
    const response = await request(path, options);
    expect(response.status).toBe(status);
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    for (const absent of [
      'strict-transport-security',
      'cross-origin-opener-policy',
      'origin-agent-cluster',
      'access-control-allow-origin',
    ]) {
      expect(headers).not.toHaveProperty(absent);
    }
  });
});

test('Bull Board links to no other host', async () => {
  const page = await (await request('/queues')).text();
  expect(page).toMatch(/<link [^>]*href="static\/css\/main\./);
  expect(page).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
});
