import { expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/gate/gate';
import { createVariations, type VariationSettings } from '@dockercoins/common/gate/variations';
import { listen } from '@dockercoins/common/service/listen';
import { parseServerTiming } from '@dockercoins/common/gate/server-timing';
import { recordingLog, silentLog } from '../testing/log.ts';
import { startService } from '../testing/service.ts';
import { until } from '../testing/until.ts';
import { createApp } from './app.ts';

function createRng(settings: Partial<VariationSettings>, log = silentLog) {
  const usual = {
    delayMs: 0,
    distribution: 'constant',
    errorRate: 0,
    hangRate: 0,
    leakKb: 0,
    slowReplica: '',
    slowFactor: 5,
    seed: 1,
    show: true,
  } as const;
  const all = { ...usual, ...settings };
  const gate = new Gate(1);
  const stop = new AbortController();
  const app = createApp({
    gate,
    instance: 'rng-2',
    host: 'box-2',
    delayMs: all.delayMs,
    variations: createVariations(all, 'rng-2'),
    stopping: stop.signal,
    log,
  });
  return { app, gate, stop };
}

test('the given share of requests fails with status 500 and a line of text, at the end of the delay', async () => {
  const { log, lines } = recordingLog();
  const { app } = createRng({ errorRate: 0.25, delayMs: 2 }, log);
  const startedAt = performance.now();
  const statuses: number[] = [];
  for (let n = 0; n < 400; n++) statuses.push((await app.request('/32')).status);
  expect(performance.now() - startedAt).toBeGreaterThan(400 * 1.5);
  const failed = statuses.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(75);
  expect(failed).toBeLessThan(125);
  expect(statuses.filter((status) => status === 200)).toHaveLength(400 - failed);
  await until('failures are logged', () => lines.some((line) => line.includes('random failure')));
});

test('GET / and HEAD / never fail or hang', async () => {
  const { app } = createRng({ errorRate: 1, hangRate: 1 });
  for (const method of ['GET', 'HEAD']) {
    expect((await app.request('/', { method })).status).toBe(200);
  }
});

test('a request that hangs keeps its slot until its client gives up', async () => {
  const { app, gate } = createRng({ hangRate: 1 });
  await using server = await listen(app, '127.0.0.1', 0);
  const origin = `http://127.0.0.1:${server.port}`;
  const client = new AbortController();
  const hanging = fetch(`${origin}/32`, { signal: client.signal });
  await until('the request is being served', () => gate.busy === 1);
  const ping = fetch(origin);
  await until('the ping waits behind it', () => gate.waiting === 1);
  client.abort();
  await expect(hanging).rejects.toThrow('aborted');
  expect((await ping).status).toBe(200);
});

test('requests that hang end when the service stops, and those behind them are served', async () => {
  const { app, gate, stop } = createRng({ hangRate: 1 });
  const hanging = app.request('/32');
  const ping = app.request('/');
  await until('the ping waits', () => gate.waiting === 1);
  stop.abort();
  expect((await hanging).status).toBe(500);
  expect((await ping).status).toBe(200);
  expect((await app.request('/32')).status).toBe(500);
});

test('responses describe the variations', async () => {
  const { app } = createRng({ errorRate: 0.000001, leakKb: 1 });
  const { headers } = await app.request('/32');
  expect(parseServerTiming(headers.get('server-timing') ?? '').variations).toEqual([
    'fails 0.0001% of requests',
    'leaks 1 KB per request',
  ]);
});

test('a process with hanging requests stops in time', async () => {
  const rng = await startService('rng/main.ts', {
    RNG_HANG_RATE: '1',
    RNG_SLOTS: '0',
    LOG_LEVEL: 'silent',
  });
  const ended = Promise.allSettled(
    Array.from({ length: 5 }, () => fetch(`http://127.0.0.1:${rng.port}/32`)),
  );
  await until('five requests hang', async () => (await rng.metric('gate_in_flight')) === 5);
  const startedAt = performance.now();
  expect(await rng.stop()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(2000);
  await ended;
});

test('a process leaks the memory of each request', async () => {
  await using rng = await startService('rng/main.ts', {
    RNG_LEAK_KB: '1000',
    RNG_DELAY_MS: '0',
    LOG_LEVEL: 'silent',
  });
  const request = () => fetch(`http://127.0.0.1:${rng.port}/32`).then((it) => it.bytes());
  for (let n = 0; n < 20; n++) await request();
  const before = await rng.memory();
  for (let n = 0; n < 100; n++) await request();
  const leaked = (await rng.memory()) - before;
  expect(leaked).toBeGreaterThan(95);
  expect(leaked).toBeLessThan(130);
});
