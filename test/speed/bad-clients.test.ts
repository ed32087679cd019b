/**
 * Thousands of clients that never finish their requests neither delay others nor cost much memory.
 * @module
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { badClients, HALF_A_HEAD, halfABody, type BadClients } from '../support/bad-clients.ts';
import { startService, type RunningService } from '../support/service.ts';
import { takeRedis } from '../support/shared-redis.ts';
import { until } from '../../tools/stack/until.ts';

/** Each connection costs about 30 KiB. */
const MAX_GROWTH_MIB = 150;
const PROMPT_MS = 200;
const MIB = 1_048_576;
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Requests a lot and reads nothing. */
const GREEDY = { sends: GET('/65536').repeat(4), reads: false };
const UNREAD_EVENTS = { sends: GET('/api/events'), reads: false };

async function expectHealthy(service: RunningService, path: string, memoryBefore: number) {
  await until(`the service responds within ${PROMPT_MS} ms`, async () => {
    const startedAt = performance.now();
    const response = await fetch(`http://127.0.0.1:${service.port}${path}`);
    await response.bytes();
    expect(response.status).toBe(200);
    return performance.now() - startedAt < PROMPT_MS;
  });
  expect((await service.memory()) - memoryBefore).toBeLessThan(MAX_GROWTH_MIB);
}

const untilDisconnected = (what: string, clients: BadClients[]) =>
  until(`${what} are disconnected`, () => clients.every((client) => client.connected() === 0));

test('hasher hashes 200 bodies of 1 MiB in less than 160 MiB, alongside 200 half-sent ones', async () => {
  await using hasher = await startService('hasher/main.ts');
  const memoryBefore = await hasher.memory();
  using halfBodies = await badClients(hasher.port, 200, { sends: halfABody(MIB) });
  const body = new Uint8Array(MIB);
  const post = async () => {
    const url = `http://127.0.0.1:${hasher.port}/`;
    return (await fetch(url, { method: 'POST', body })).text();
  };
  const progress = { isDone: false };
  const hashes = Promise.all(Array.from({ length: 200 }, post)).finally(
    () => (progress.isDone = true),
  );
  hashes.catch(() => undefined); // awaited below
  let peak = 0;
  while (!progress.isDone) {
    peak = Math.max(peak, (await hasher.memory()) || 0);
    await sleep(50);
  }
  const expected = createHash('sha256').update(body).digest('hex');
  expect(new Set(await hashes)).toEqual(new Set([expected]));
  expect(peak).toBeLessThan(160); // the container may use 192 MiB
  expect(halfBodies.connected()).toBe(200);
  await expectHealthy(hasher, '/', memoryBefore);
});

describe.concurrent('with 1,000 idle clients and 1,000 that sent half of their headers', () => {
  test('rng serves others while 200 clients do not read their responses', async () => {
    await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '0' });
    const memoryBefore = await rng.memory();
    using idle = await badClients(rng.port, 1000);
    using halfHeads = await badClients(rng.port, 1000, { sends: HALF_A_HEAD });
    using greedy = await badClients(rng.port, 200, GREEDY);
    await expectHealthy(rng, '/32', memoryBefore);
    await untilDisconnected('clients without a request', [idle, halfHeads]);
    expect(greedy.connected()).toBe(200);
    await expectHealthy(rng, '/32', memoryBefore);
  });

  test('hasher serves others while 1,000 clients hold half-sent bodies', async () => {
    await using hasher = await startService('hasher/main.ts');
    const memoryBefore = await hasher.memory();
    using idle = await badClients(hasher.port, 1000);
    using halfHeads = await badClients(hasher.port, 1000, { sends: HALF_A_HEAD });
    using halfBodies = await badClients(hasher.port, 1000, { sends: halfABody(1000) });
    await expectHealthy(hasher, '/', memoryBefore);
    await untilDisconnected('clients without a request', [idle, halfHeads]);
    expect(halfBodies.connected()).toBe(1000);
    await untilDisconnected('clients with half a body', [halfBodies]);
    await expectHealthy(hasher, '/', memoryBefore);
  });

  test('the dashboard serves others while 200 viewers never read their events', async () => {
    await using redis = await takeRedis();
    const env = { REDIS_URL: redis.url, PAGE_DIR: 'dashboard/web' };
    await using dashboard = await startService('dashboard/server/main.ts', env);
    const memoryBefore = await dashboard.memory();
    using idle = await badClients(dashboard.port, 1000);
    using halfHeads = await badClients(dashboard.port, 1000, { sends: HALF_A_HEAD });
    using viewers = await badClients(dashboard.port, 200, UNREAD_EVENTS);
    await expectHealthy(dashboard, '/json', memoryBefore);
    await untilDisconnected('clients without a request', [idle, halfHeads]);
    expect(viewers.connected()).toBe(200);
    await expectHealthy(dashboard, '/api/frame', memoryBefore);
  });
});
