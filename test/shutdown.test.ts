import { describe, expect, test } from 'vitest';
import { badClients } from '../testing/bad-clients.ts';
import { startTestRedis } from '../testing/redis-server.ts';
import { startService, type RunningService } from '../testing/service.ts';
import { until } from '../testing/until.ts';

const STOP_MS = 3000;
const HALF_A_HEAD = 'GET / HTTP/1.1\r\nHost: a\r\nX-Half: ';
const HALF_A_BODY = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf';

/** Opens a silent connection and sends half a head and half a body, on both ports of a service. */
async function sendHalves(
  { port, adminPort }: RunningService,
  clients: DisposableStack,
): Promise<void> {
  for (const sends of ['', HALF_A_HEAD, HALF_A_BODY]) {
    clients.use(await badClients(port, 1, { sends }));
    clients.use(await badClients(adminPort, 1, { sends }));
  }
}

/** Stops the service and expects it to exit cleanly and in time. */
async function expectCleanStop(service: RunningService): Promise<void> {
  const began = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(STOP_MS);
}

describe.concurrent('with silent connections and half-sent requests', () => {
  test('rng answers its whole queue, then exits with 0', async () => {
    await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '700' });
    using clients = new DisposableStack();
    await sendHalves(rng, clients);
    const ask = async () => (await fetch(`http://127.0.0.1:${rng.port}/32`)).bytes();
    const asking = Promise.all([ask(), ask()]);
    await until('one waits', async () => (await rng.metric('gate_waiting')) === 1);
    await expectCleanStop(rng);
    expect((await asking).map(({ length }) => length)).toEqual([32, 32]);
  });

  test('hasher answers its whole queue, then exits with 0', async () => {
    const env = { HASHER_DELAY_MS: '700', HASHER_SLOTS: '2' }; // the half-sent body holds one slot
    await using hasher = await startService('hasher/main.ts', env);
    using clients = new DisposableStack();
    await sendHalves(hasher, clients);
    const ask = async () => {
      const url = `http://127.0.0.1:${hasher.port}/`;
      return (await fetch(url, { method: 'POST', body: 'abc' })).text();
    };
    const asking = Promise.all([ask(), ask()]);
    await until('one waits', async () => (await hasher.metric('gate_waiting')) === 1);
    await expectCleanStop(hasher);
    for (const hash of await asking) expect(hash).toMatch(/^ba7816bf/);
  });

  test('the dashboard ends its event streams, read or unread, and exits with 0', async () => {
    await using redis = await startTestRedis();
    const env = { REDIS_URL: redis.url, PAGE_DIR: 'dashboard/web' };
    await using dashboard = await startService('dashboard/server/main.ts', env);
    using clients = new DisposableStack();
    await sendHalves(dashboard, clients);
    const sends = 'GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n';
    clients.use(await badClients(dashboard.port, 1, { sends, reads: false }));
    const origin = `http://127.0.0.1:${dashboard.port}`;
    await until('a frame', async () => (await fetch(`${origin}/api/frame`)).ok);
    const events = await fetch(`${origin}/api/events`);
    const reading = events.text(); // rejects if the stream is cut
    await expectCleanStop(dashboard);
    expect(await reading).toMatch(/^data: .*\n\n$/s);
  });
});
