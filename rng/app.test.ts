import { describe, expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import { silentLog as log } from '../tools/stack/log.ts';
import { createApp } from './app.ts';

const HELP = 'usage: GET /<n> returns n random bytes (0 to 65536), GET / identifies this replica\n';

const createRng = () =>
  createApp({ gate: new Gate(1), instance: 'rng-1', host: 'box-1', delayMs: 0, log });

describe('GET /', () => {
  test('identifies the replica', async () => {
    const response = await createRng().request('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toBe('RNG running on box-1\n');
  });
});

describe('GET /<n>', () => {
  test.each([0, 1, 32, 65_536])('returns %i bytes', async (n) => {
    const response = await createRng().request(`/${n}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-length')).toBe(String(n));
    expect((await response.bytes()).length).toBe(n);
  });

  test('returns different bytes each time', async () => {
    const rng = createRng();
    const [first, second] = await Promise.all([rng.request('/32'), rng.request('/32')]);
    expect(await first.bytes()).not.toEqual(await second.bytes());
  });

  test('names the replica and reports times', async () => {
    const { headers } = await createRng().request('/32');
    expect(headers.get('x-served-by')).toBe('rng-1');
    expect(headers.get('server-timing')).toMatch(
      /^queue;dur=\d+\.\d, service;dur=\d+\.\d, slots;desc="1", delay;dur=0, /,
    );
  });

  test.each(['65537', '-1', '+1', 'abc', '1.5', '1e3', '0x10', '%20', '%', '٣', '9'.repeat(400)])(
    'returns 400 and a line of help for /%s',
    async (n) => {
      const response = await createRng().request(`/${n}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toBe(HELP);
    },
  );
});

describe('HEAD /<n>', () => {
  test('returns the length without the bytes', async () => {
    const response = await createRng().request('/32', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('32');
    expect((await response.bytes()).length).toBe(0);
  });
});

test.each([
  ['GET', '/32/64'],
  ['GET', '/32/'],
  ['POST', '/32'],
  ['DELETE', '/'],
])('%s %s returns 404 and a line of help', async (method, path) => {
  const response = await createRng().request(path, { method });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe(HELP);
});
