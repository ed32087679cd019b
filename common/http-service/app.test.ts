import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { recordingLog } from '../../tools/stack/log.ts';
import { until } from '../../tools/stack/until.ts';
import { createGatedApp } from './app.ts';
import { Gate } from './gate.ts';

/** Time passes only where a test says so. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
});

function createApp(gate = new Gate(1)) {
  const { log, lines } = recordingLog();
  const app = createGatedApp({ gate, instance: 'rng-1', host: 'box-1', delayMs: 100, log });
  app.get('/', (c) => c.text('hello'));
  app.get('/broken', () => {
    throw new Error('the pipe burst');
  });
  const logged = (pattern: RegExp) =>
    until(`a line matches ${pattern}`, () => lines.find((line) => pattern.test(line)));
  return { app, gate, lines, logged };
}

test('handlers can read when their request was admitted', async () => {
  const { app, gate } = createApp();
  app.get('/admitted-at', (c) => c.json(c.get('admittedAt')));
  const leave = await gate.enter();
  const pending = app.request('/admitted-at');
  vi.advanceTimersByTime(20);
  leave();
  expect(await (await pending).json()).toBe(performance.now());
});

describe('every response', () => {
  test('names the replica', async () => {
    const response = await createApp().app.request('/');
    expect(response.headers.get('x-served-by')).toBe('rng-1');
  });

  test('reports wait time, service time, slots, delay and CPU use', async () => {
    const response = await createApp(new Gate(3)).app.request('/');
    expect(response.headers.get('server-timing')).toMatch(
      /^queue;dur=\d+\.\d, service;dur=\d+\.\d, slots;desc="3", delay;dur=100, cpu;desc="\d\.\d\d"$/,
    );
  });

  test('includes the wait for a slot in the wait time', async () => {
    const { app, gate } = createApp();
    const leave = await gate.enter();
    const pending = app.request('/');
    vi.advanceTimersByTime(20);
    leave();
    const { headers } = await pending;
    expect(headers.get('server-timing')).toMatch(/^queue;dur=20\.0, service;dur=0\.0, /);
  });

  test('is logged', async () => {
    const { app, logged } = createApp();
    await app.request('/');
    await logged(/^GET \/ 200, waited \d+ ms, served in \d+ ms\n$/);
  });

  test.each(['/a%0aFATAL:', '/%1b[2J', '/%2525', '/%zz', '/a?b=%0d%0ac'])(
    'is logged on one line, with the path still encoded: %s',
    async (path) => {
      const { app, lines, logged } = createApp();
      await app.request(path);
      await logged(/GET .* 404, waited/);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`GET ${path} 404, waited`);
    },
  );
});

describe('an error in a handler', () => {
  test('returns 500 and a line of text without details', async () => {
    const response = await createApp().app.request('/broken');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('internal error; see the log of this service\n');
  });

  test('is logged', async () => {
    const { app, logged } = createApp();
    await app.request('/broken');
    await logged(/^ERROR: GET \/broken: the pipe burst\n$/);
  });

  test('frees the slot', async () => {
    const { app, gate } = createApp();
    await app.request('/broken');
    expect(gate.busy).toBe(0);
  });
});

test('a full gate rejects a request with 503, and those already waiting are still served', async () => {
  const { app, gate, logged } = createApp(new Gate(1, 1));
  const leave = await gate.enter();
  const waiting = app.request('/');
  const rejected = await app.request('/');
  expect(rejected.status).toBe(503);
  expect(rejected.headers.get('retry-after')).toBe('1');
  expect(await rejected.text()).toBe('too many requests are waiting (1); try again later\n');
  await logged(/GET \/ 503, waited 0 ms/);
  leave();
  expect((await waiting).status).toBe(200);
  expect(gate.busy).toBe(0);
});

test('a client that disconnects while waiting is logged at level info', async () => {
  const { app, gate, logged } = createApp();
  await gate.enter();
  const client = new AbortController();
  const pending = app.request('/', { signal: client.signal });
  client.abort();
  await pending;
  const line = await logged(/GET \/: client disconnected while waiting/);
  expect(line).not.toMatch(/ERROR|warning/);
});
