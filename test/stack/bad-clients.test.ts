/**
 * Clients that never finish their requests do not keep others from being served. `test/speed/bad-clients.test.ts` does the same
 * with thousands, and measures.
 * @module
 */
import { expect, test } from 'vitest';
import { badClients, HALF_A_HEAD, halfABody } from '../support/bad-clients.ts';
import { startService, type RunningService } from '../support/service.ts';
import { takeRedis } from '../support/shared-redis.ts';

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Connects idle clients, some that send half of their headers, and some that go on as given. Resolves to the latter. */
async function connectBadClients(
  clients: DisposableStack,
  { port }: RunningService,
  behavior: { sends: string; reads?: boolean },
) {
  clients.use(await badClients(port, 50));
  clients.use(await badClients(port, 50, { sends: HALF_A_HEAD }));
  return clients.use(await badClients(port, 50, behavior));
}

async function expectServed({ port }: RunningService, path: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  await response.bytes();
  expect(response.status).toBe(200);
}

test('rng serves others while clients do not read their responses', async () => {
  using clients = new DisposableStack();
  await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '0' });
  const greedy = { sends: GET('/65536').repeat(4), reads: false };
  const last = await connectBadClients(clients, rng, greedy);
  await expectServed(rng, '/32');
  expect(last.connected()).toBe(50);
});

test('hasher serves others while clients hold half-sent bodies', async () => {
  using clients = new DisposableStack();
  await using hasher = await startService('hasher/main.ts');
  const last = await connectBadClients(clients, hasher, { sends: halfABody(1000) });
  await expectServed(hasher, '/');
  expect(last.connected()).toBe(50);
});

test('the dashboard serves others while viewers never read their events', async () => {
  using clients = new DisposableStack();
  await using redis = await takeRedis();
  const env = { REDIS_URL: redis.url, PAGE_DIR: 'dashboard/web' };
  await using dashboard = await startService('dashboard/server/main.ts', env);
  const last = await connectBadClients(clients, dashboard, {
    sends: GET('/api/events'),
    reads: false,
  });
  await expectServed(dashboard, '/json');
  expect(last.connected()).toBe(50);
});
