/**
 * SIGTERM ends every service in time, whatever its clients and Redis do.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { badClients, HALF_A_HEAD, halfABody } from '../support/bad-clients.ts';
import { startTestRedis } from '../../tools/stack/redis-server.ts';
import { startService, type RunningService } from '../support/service.ts';
import { takeRedis } from '../support/shared-redis.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const STOP_MS = 3000;

/** Opens an idle connection and sends half of a request's headers and half of a body, to both ports of a service. */
async function holdConnections(
  { port, adminPort }: RunningService,
  clients: DisposableStack,
): Promise<void> {
  for (const sends of ['', HALF_A_HEAD, halfABody(1000)]) {
    clients.use(await badClients(port, 1, { sends }));
    clients.use(await badClients(adminPort, 1, { sends }));
  }
}

/** Stops a service and expects it to exit cleanly and in time. */
async function expectCleanStop(service: RunningService): Promise<void> {
  const startedAt = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(STOP_MS);
}

describe.concurrent('with idle connections and half-sent requests', () => {
  test('rng serves all waiting requests, then exits with 0', async () => {
    await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '700' });
    using clients = new DisposableStack();
    await holdConnections(rng, clients);
    const get = async () => (await fetch(`http://127.0.0.1:${rng.port}/32`)).bytes();
    const responses = Promise.all([get(), get()]);
    await until('a request waits', async () => (await rng.metric('gate_waiting')) === 1);
    await expectCleanStop(rng);
    expect((await responses).map(({ length }) => length)).toEqual([32, 32]);
  });

  test('hasher serves all waiting requests, then exits with 0', async () => {
    const env = { HASHER_DELAY_MS: '700', HASHER_SLOTS: '2' }; // the half-sent body holds one slot
    await using hasher = await startService('hasher/main.ts', env);
    using clients = new DisposableStack();
    await holdConnections(hasher, clients);
    const post = async () => {
      const url = `http://127.0.0.1:${hasher.port}/`;
      return (await fetch(url, { method: 'POST', body: 'abc' })).text();
    };
    const responses = Promise.all([post(), post()]);
    await until('a request waits', async () => (await hasher.metric('gate_waiting')) === 1);
    await expectCleanStop(hasher);
    for (const hash of await responses) expect(hash).toMatch(/^ba7816bf/);
  });

  test('the dashboard ends its event streams, read or unread, and exits with 0', async () => {
    await using redis = await takeRedis();
    const env = { REDIS_URL: redis.url, PAGE_DIR: 'dashboard/web' };
    await using dashboard = await startService('dashboard/server/main.ts', env);
    using clients = new DisposableStack();
    await holdConnections(dashboard, clients);
    const sends = 'GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n';
    clients.use(await badClients(dashboard.port, 1, { sends, reads: false }));
    const origin = `http://127.0.0.1:${dashboard.port}`;
    await until('the dashboard has a frame', async () => (await fetch(`${origin}/api/frame`)).ok);
    const events = await fetch(`${origin}/api/events`);
    const text = events.text(); // rejects if the stream is cut
    await expectCleanStop(dashboard);
    expect(await text).toMatch(/^data: .*\n\n$/s);
  });
});

test('npm start stops within 15 s while Redis is unreachable, and reports what did not stop cleanly', async () => {
  await using redis = await startTestRedis();
  await using stack = await startStackProcess({ env: { REDIS_URL: redis.url } });
  await until('the stack mines', async () => ((await stack.frame())?.loops ?? 0) > 3);
  await redis[Symbol.asyncDispose]();
  const startedAt = performance.now();
  await stack.stop('SIGTERM');
  expect(performance.now() - startedAt).toBeLessThan(15_000); // when Docker would send SIGKILL

  const lastLineOf = (instance: string) =>
    stack.lines.findLast((line) => line.startsWith(instance))?.replace(/^.*?\d\d:\d\d:\d\d: /, '');
  for (const instance of ['rng-1', 'hasher-1', 'producer-1', 'dashboard-1']) {
    expect(lastLineOf(instance), instance).toBe('stopped');
  }
  expect(lastLineOf('miner-1')).toBe('FATAL: shutdown timed out after 10 s: exiting');
});
