import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { requireSameOrigin } from './same-origin.ts';

const HOST = 'coins.example:8000';

const app = new Hono();
app.use(requireSameOrigin);
app.all('/', (c) => c.body(null, 204));

async function statusOf(headers: Record<string, string>, method = 'POST') {
  return (await app.request('/', { method, headers: { Host: HOST, ...headers } })).status;
}

describe('a request that changes something', () => {
  test.each([
    ['the page, as browsers tell', { 'Sec-Fetch-Site': 'same-origin', Origin: `http://${HOST}` }],
    ['the address bar', { 'Sec-Fetch-Site': 'none' }],
    ['the page, at a plain http address', { Origin: `http://${HOST}` }],
    ['the page, behind a proxy that speaks TLS', { Origin: `https://${HOST}` }],
    ['curl', {}],
  ])('passes from %s', async (_from, headers) => {
    expect(await statusOf(headers)).toBe(204);
  });

  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port or name of the same site', { 'Sec-Fetch-Site': 'same-site' }],
    ['a site whose Origin would fit', { 'Sec-Fetch-Site': 'cross-site', Origin: `http://${HOST}` }],
    ['a word that nobody knows', { 'Sec-Fetch-Site': 'same-origin, none' }],
    ['another origin', { Origin: 'http://evil.example' }],
    ['another port', { Origin: 'http://coins.example:8001' }],
    ['an origin that begins alike', { Origin: `http://${HOST}.evil.example` }],
    ['an origin with our host as its user', { Origin: `http://${HOST}@evil.example` }],
    ['a page without an origin', { Origin: 'null' }],
  ])('is 403 from %s', async (_from, headers) => {
    expect(await statusOf(headers)).toBe(403);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('may be a %s', async (method) => {
    expect(await statusOf({ 'Sec-Fetch-Site': 'cross-site' }, method)).toBe(403);
  });

  test('is told what was expected', async () => {
    const headers = { Host: HOST, Origin: 'http://evil.example' };
    const answer = await app.request('/', { method: 'POST', headers });
    expect(await answer.text()).toBe(
      'refused: expected a request from a page of coins.example:8000, found one from http://evil.example\n',
    );
  });
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s passes from anywhere', async (method) => {
  expect(
    await statusOf({ 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' }, method),
  ).toBe(204);
});
