import { expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import {
  createVariations,
  type VariationSettings,
} from '@dockercoins/common/http-service/variations';
import { listen } from '@dockercoins/common/service/listen';
import { parseServerTiming } from '@dockercoins/common/http-service/server-timing';
import { recordingLog, silentLog } from '../tools/stack/log.ts';
import { until } from '../tools/stack/until.ts';
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

test('the given share of requests fails with status 500 and a line of text', async () => {
  const { log, lines } = recordingLog();
  const { app } = createRng({ errorRate: 0.25 }, log);
  const statuses: number[] = [];
  for (let n = 0; n < 400; n++) statuses.push((await app.request('/32')).status);
  const failed = statuses.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(75);
  expect(failed).toBeLessThan(125);
  expect(statuses.filter((status) => status === 200)).toHaveLength(400 - failed);
  await until('failures are logged', () => lines.some((line) => line.includes('random failure')));
});

test('a request fails at the end of its delay', async () => {
  const { app } = createRng({ errorRate: 1, delayMs: 30 });
  const startedAt = performance.now();
  expect((await app.request('/32')).status).toBe(500);
  expect(performance.now() - startedAt).toBeGreaterThan(28);
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
  const { variations } = parseServerTiming(headers.get('server-timing') ?? '');
  expect(variations).toEqual({ errors: 0.000001, leakKb: 1 });
});
