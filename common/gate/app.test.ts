import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { until } from '../../testing/until.ts';
import { createGatedApp } from './app.ts';
import { Gate } from './gate.ts';
import { createLogger } from '../service/log.ts';

function createApp(gate = new Gate(1)) {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLogger('t', { INSTANCE: 't', LOG_LEVEL: 'info', LOG_FORMAT: 'text' }, out);
  const app = createGatedApp({ gate, instance: 'rng-1', log });
  app.get('/', (c) => c.text('hello'));
  app.get('/broken', () => {
    throw new Error('the pipe burst');
  });
  return { app, gate, lines, logged: (text: RegExp) => until(`a line like ${text}`, has(text)) };

  function has(text: RegExp) {
    return () => lines.find((line) => text.test(line));
  }
}

test('a handler can tell when its request was let in', async () => {
  const { app, gate } = createApp();
  app.get('/began', (c) => c.json(c.get('began')));
  const leave = await gate.enter();
  const asking = app.request('/began');
  await until('20 ms have passed', waits(20));
  const letIn = performance.now();
  leave();
  const began = (await (await asking).json()) as number;
  expect(began).toBeGreaterThanOrEqual(letIn);
  expect(began).toBeLessThanOrEqual(performance.now());
});

describe('each answer', () => {
  test('tells who served it', async () => {
    const answer = await createApp().app.request('/');
    expect(answer.headers.get('x-served-by')).toBe('rng-1');
  });

  test('tells how long it waited, how long it was served and how many are served at once', async () => {
    const answer = await createApp(new Gate(3)).app.request('/');
    expect(answer.headers.get('server-timing')).toMatch(
      /^queue;dur=\d+\.\d, service;dur=\d+\.\d, slots;desc="3"$/,
    );
  });

  test('tells how long it waited for the one before', async () => {
    const { app, gate } = createApp();
    const leave = await gate.enter();
    const asking = app.request('/');
    await until('20 ms have passed', waits(20));
    leave();
    const queue = /queue;dur=([\d.]+)/.exec((await asking).headers.get('server-timing') ?? '')?.[1];
    expect(Number(queue)).toBeGreaterThanOrEqual(20);
  });

  test('has a line in the log', async () => {
    const { app, logged } = createApp();
    await app.request('/');
    await logged(/: GET \/ 200, waited \d+ ms, served \d+ ms\n$/);
  });

  test.each(['/a%0aFATAL:', '/%1b[2J', '/%2525', '/%zz', '/a?b=%0d%0ac'])(
    'has one line in the log, with the path as it was asked for: %s',
    async (path) => {
      const { app, lines, logged } = createApp();
      await app.request(path);
      await logged(/GET .* 404, waited/);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`GET ${path} 404, waited`);
    },
  );
});

describe('an error in an app', () => {
  test('is answered with 500 and a plain line that gives nothing away', async () => {
    const answer = await createApp().app.request('/broken');
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe(
      'something went wrong here; the log of this service says what\n',
    );
  });

  test('is in the log', async () => {
    const { app, logged } = createApp();
    await app.request('/broken');
    await logged(/: ERROR: GET \/broken: the pipe burst\n$/);
  });

  test('gives the slot back', async () => {
    const { app, gate } = createApp();
    await app.request('/broken');
    expect(gate.busy).toBe(0);
  });
});

test('one who finds the waiting room full is sent away, and the others keep their places', async () => {
  const { app, gate, logged } = createApp(new Gate(1, 1));
  const leave = await gate.enter();
  const waiting = app.request('/');
  const refused = await app.request('/');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.text()).toBe('1 requests wait already; come again later\n');
  await logged(/GET \/ 503, waited 0 ms/);
  leave();
  expect((await waiting).status).toBe(200);
  expect(gate.busy).toBe(0);
});

test('one who went away while waiting is in the log, without an error', async () => {
  const { app, gate, logged } = createApp();
  await gate.enter();
  const away = new AbortController();
  const asking = app.request('/', { signal: away.signal });
  away.abort();
  await asking;
  expect(await logged(/GET \/ went away while it waited/)).not.toMatch(/ERROR|warning/);
});

function waits(ms: number) {
  const since = performance.now();
  return () => performance.now() - since > ms;
}
