import { describe, expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/gate/gate';
import { silentLog as log } from '../testing/log.ts';
import { createApp } from './app.ts';

const HELP = 'ask for /<n> with n from 0 to 65536, the number of random bytes, or for /\n';

const createRng = () => createApp({ gate: new Gate(1), instance: 'rng-1', delayMs: 0, log });

describe('GET /', () => {
  test('says who this is', async () => {
    const answer = await createRng().request('/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('RNG running on rng-1\n');
  });
});

describe('GET /<n>', () => {
  test.each([0, 1, 32, 65_536])('gives %i bytes', async (n) => {
    const answer = await createRng().request(`/${n}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-length')).toBe(String(n));
    expect((await answer.bytes()).length).toBe(n);
  });

  test('gives other bytes each time', async () => {
    const rng = createRng();
    const [first, second] = await Promise.all([rng.request('/32'), rng.request('/32')]);
    expect(await first.bytes()).not.toEqual(await second.bytes());
  });

  test('tells who served it and how long that took', async () => {
    const { headers } = await createRng().request('/32');
    expect(headers.get('x-served-by')).toBe('rng-1');
    expect(headers.get('server-timing')).toMatch(
      /^queue;dur=\d+\.\d, service;dur=\d+\.\d, slots;desc="1"$/,
    );
  });

  test.each(['65537', '-1', '+1', 'abc', '1.5', '1e3', '0x10', '%20', '%', '٣', '9'.repeat(400)])(
    'is 400 with a line of help for /%s',
    async (n) => {
      const answer = await createRng().request(`/${n}`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toBe(HELP);
    },
  );
});

describe('HEAD', () => {
  test('tells the length without the bytes', async () => {
    const answer = await createRng().request('/32', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('32');
    expect((await answer.bytes()).length).toBe(0);
  });
});

test.each([
  ['GET', '/32/64'],
  ['GET', '/32/'],
  ['POST', '/32'],
  ['DELETE', '/'],
])('%s %s is 404 with a line of help', async (method, path) => {
  const answer = await createRng().request(path, { method });
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe(HELP);
});
