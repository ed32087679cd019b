import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestDashboard, type TestDashboard } from '../../testing/dashboard-app.ts';

const POLICY = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
const FOR_PAGE = `default-src 'self'; style-src 'self'; ${POLICY}`;
const FOR_BOARD = `default-src 'self'; style-src 'self' 'unsafe-inline'; ${POLICY}`;

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await startTestDashboard();
});
afterAll(() => dashboard[Symbol.asyncDispose]());

async function ask(path: string, { method = 'GET', password = '', headers = {} } = {}) {
  return dashboard.create(password || undefined).request(path, { method, headers });
}

const elsewhere = { 'Sec-Fetch-Site': 'cross-site' };

describe('every answer tells browsers what they may load, and to show it in no frame', () => {
  test.each([
    ['a file of the page', '/coin.svg', {}, 200, FOR_PAGE],
    ['a page that is not built', '/', {}, 503, FOR_PAGE],
    ['JSON', '/json', {}, 200, FOR_PAGE],
    ['compressed JSON', '/api/history', { headers: { 'Accept-Encoding': 'gzip' } }, 200, FOR_PAGE],
    ['a frame', '/api/frame', {}, 200, FOR_PAGE],
    ['nothing there', '/nothing', {}, 404, FOR_PAGE],
    ['a wrong question', '/api/history?seconds=x', {}, 400, FOR_PAGE],
    ['a change refused', '/api/queue/pause', { method: 'POST' }, 405, FOR_PAGE],
    ['no login', '/api/queue/pause', { method: 'POST', password: 'x' }, 401, FOR_PAGE],
    ['another site', '/api/queue/pause', { method: 'POST', headers: elsewhere }, 403, FOR_PAGE],
    ['Bull Board', '/queues', {}, 200, FOR_BOARD],
    ['its data', '/queues/api/queues', {}, 200, FOR_BOARD],
    ['its picture', '/queues/static/images/logo.svg', {}, 200, FOR_BOARD],
    ['Bull Board without login', '/queues', { password: 'x' }, 401, FOR_BOARD],
  ])('%s: %s', async (_what, path, asked, status, policy) => {
    const answer = await ask(path, asked);
    expect(answer.status).toBe(status);
    const headers = Object.fromEntries(answer.headers);
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

test('Bull Board names no other host', async () => {
  const page = await (await ask('/queues')).text();
  expect(page).toMatch(/<link [^>]*href="static\/css\/main\./);
  expect(page).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
});
