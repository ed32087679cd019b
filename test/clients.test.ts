import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { badClients, type BadClients } from '../testing/bad-clients.ts';
import { startTestRedis } from '../testing/redis-server.ts';
import { startService, type RunningService } from '../testing/service.ts';
import { until } from '../testing/until.ts';

/** Each connection costs about 30 kB. */
const MOST_MB = 150;
const PROMPT_MS = 200;
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const HALF_A_HEAD = 'GET / HTTP/1.1\r\nHost: a\r\nX-Half: ';
const HALF_A_BODY = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(500)}`;

/** Ask for a lot, and read none of it. */
const GREEDY = { sends: GET('/65536').repeat(4), reads: false };
const DEAF = { sends: GET('/api/events'), reads: false };

async function expectToBeWell({ port, memory }: RunningService, path: string, before: number) {
  await until(`a good request is answered within ${PROMPT_MS} ms`, async () => {
    const began = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    await answer.bytes();
    expect(answer.status).toBe(200);
    return performance.now() - began < PROMPT_MS;
  });
  expect((await memory()) - before).toBeLessThan(MOST_MB);
}

const untilGone = (what: string, clients: BadClients[], timeoutMs: number) =>
  until(`${what} are gone`, () => clients.every((it) => it.connected() === 0), timeoutMs);

const MIB = 1_048_576;
const HALF_A_MIB = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${MIB}\r\n\r\n${'x'.repeat(MIB / 2)}`;

test('hasher needs no more than 160 MB for two hundred bodies of 1 MiB and as many half-sent ones', async () => {
  await using hasher = await startService('hasher/main.ts');
  const before = await hasher.memory();
  using halves = await badClients(hasher.port, 200, { sends: HALF_A_MIB });
  const url = `http://127.0.0.1:${hasher.port}/`;
  const body = new Uint8Array(MIB);
  const post = async () => (await fetch(url, { method: 'POST', body })).text();
  const hashes = new Set<string>();
  const posts = Promise.all(Array.from({ length: 200 }, async () => hashes.add(await post())));
  let done = false;
  void posts.finally(() => (done = true)).catch(() => undefined);
  let peak = 0;
  const watch = async () => {
    peak = Math.max(peak, (await hasher.memory()) || 0);
    return done;
  };
  await until('all are hashed', watch, 40_000);
  await posts;
  expect(peak).toBeLessThan(160); // the container may use 192 MB
  expect([...hashes]).toEqual([createHash('sha256').update(body).digest('hex')]);
  expect(halves.connected()).toBe(200);
  await expectToBeWell(hasher, '/', before);
}, 60_000);

describe.concurrent('with a thousand idle clients and a thousand that sent half a head', () => {
  test('rng serves others, whoever does not read an answer', async () => {
    await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '0' });
    const before = await rng.memory();
    using idle = await badClients(rng.port, 1000);
    using half = await badClients(rng.port, 1000, { sends: HALF_A_HEAD });
    using greedy = await badClients(rng.port, 200, GREEDY);
    await expectToBeWell(rng, '/32', before);
    await untilGone('all without a request', [idle, half], 20_000);
    expect(greedy.connected()).toBe(200);
    await expectToBeWell(rng, '/32', before);
  });

  test('hasher serves others, whoever sends half a body', async () => {
    await using hasher = await startService('hasher/main.ts');
    const before = await hasher.memory();
    using idle = await badClients(hasher.port, 1000);
    using half = await badClients(hasher.port, 1000, { sends: HALF_A_HEAD });
    using bodies = await badClients(hasher.port, 1000, { sends: HALF_A_BODY });
    await expectToBeWell(hasher, '/', before);
    await untilGone('all without a request', [idle, half], 20_000);
    expect(bodies.connected()).toBe(1000);
    await untilGone('all with half a body', [bodies], 40_000);
    await expectToBeWell(hasher, '/', before);
  });

  test('the dashboard serves others, however many viewers never read', async () => {
    await using redis = await startTestRedis();
    const env = { REDIS_URL: redis.url, PAGE_DIR: 'dashboard/web' };
    await using dashboard = await startService('dashboard/server/main.ts', env);
    const before = await dashboard.memory();
    using idle = await badClients(dashboard.port, 1000);
    using half = await badClients(dashboard.port, 1000, { sends: HALF_A_HEAD });
    using deaf = await badClients(dashboard.port, 200, DEAF);
    await expectToBeWell(dashboard, '/json', before);
    await untilGone('all without a request', [idle, half], 20_000);
    expect(deaf.connected()).toBe(200);
    await expectToBeWell(dashboard, '/api/frame', before);
  });
});
