import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Hono } from 'hono';
import { from, login } from '../../testing/dashboard-app.ts';
import { requireLogin } from './access.ts';

const RIGHT = login('admin:geheim');
const WRONG = login('admin:falsch');

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function createApp() {
  const app = new Hono();
  app.use(requireLogin('geheim'));
  app.get('/', (c) => c.text('welcome'));
  const ask = (headers: Record<string, string>, address = '10.0.0.1') =>
    app.request('/', { headers }, from(address));
  const fail = async (times: number, address?: string) => {
    for (let n = 0; n < times; n++) expect((await ask(WRONG, address)).status).toBe(401);
  };
  return { ask, fail };
}

test('nine wrong passwords are forgiven', async () => {
  const { ask, fail } = createApp();
  await fail(9);
  expect((await ask(RIGHT)).status).toBe(200);
});

test('after ten the right one is refused too, until a minute after the first is over', async () => {
  const { ask, fail } = createApp();
  await fail(1);
  await vi.advanceTimersByTimeAsync(20_000);
  await fail(9);
  const refused = await ask(RIGHT);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('40');
  expect(await refused.text()).toBe(
    'too many wrong passwords from your address; try again in 40 s\n',
  );
  await vi.advanceTimersByTimeAsync(39_000);
  expect((await ask(RIGHT)).status).toBe(429);
  await vi.advanceTimersByTimeAsync(1000);
  expect((await ask(RIGHT)).status).toBe(200);
});

test('right and wrong cannot be told apart then', async () => {
  const { ask, fail } = createApp();
  await fail(10);
  const answers = await Promise.all([RIGHT, WRONG].map(async (it) => (await ask(it)).text()));
  expect(new Set(answers).size).toBe(1);
});

test('of many wrong ones at once with the right one at the end, the right one is not found', async () => {
  const { ask } = createApp();
  const logins = [...Array<typeof WRONG>(100).fill(WRONG), RIGHT];
  const all = await Promise.all(logins.map(async (it) => ask(it)));
  expect(all.at(-1)?.status).toBe(429);
});

test('another address is not concerned', async () => {
  const { ask, fail } = createApp();
  await fail(10);
  expect((await ask(RIGHT, '10.0.0.2')).status).toBe(200);
});

test('a header cannot make it another address', async () => {
  const { ask, fail } = createApp();
  await fail(10);
  const forged = {
    'X-Forwarded-For': '10.9.9.9',
    Forwarded: 'for=10.9.9.9',
    'X-Real-IP': '10.9.9.9',
  };
  expect((await ask({ ...RIGHT, ...forged })).status).toBe(429);
});

test('requests without a password do not count', async () => {
  const { ask } = createApp();
  for (let n = 0; n < 20; n++) expect((await ask({})).status).toBe(401);
  expect((await ask(RIGHT)).status).toBe(200);
});

test('right ones do not count, and forgive nothing', async () => {
  const { ask, fail } = createApp();
  for (let n = 0; n < 20; n++) expect((await ask(RIGHT)).status).toBe(200);
  await fail(9);
  expect((await ask(RIGHT)).status).toBe(200);
  await fail(1);
  expect((await ask(RIGHT)).status).toBe(429);
});
