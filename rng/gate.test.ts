import { describe, expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import { listen } from '@dockercoins/common/service/listen';
import { parseServerTiming } from '@dockercoins/common/http-service/server-timing';
import { silentLog as log } from '../tools/stack/log.ts';
import { until } from '../tools/stack/until.ts';
import { createApp } from './app.ts';

function createRng(slots: number, delayMs = 20) {
  const gate = new Gate(slots);
  return { gate, app: createApp({ gate, instance: 'rng-1', host: 'box-1', delayMs, log }) };
}

describe('rng with one slot', () => {
  test('serves one request at a time in order of arrival, including / and HEAD', async () => {
    const { app } = createRng(1);
    const done: string[] = [];
    const send = async (method: string, path: string) => {
      await app.request(path, { method });
      done.push(`${method} ${path}`);
    };
    await Promise.all([
      send('GET', '/1'),
      send('GET', '/'),
      send('HEAD', '/2'),
      send('GET', '/none/here'),
      send('GET', '/3'),
    ]);
    expect(done).toEqual(['GET /1', 'GET /', 'HEAD /2', 'GET /none/here', 'GET /3']);
  });

  test('reports the wait time of each request', async () => {
    const { app, gate } = createRng(1);
    const leave = await gate.enter();
    const pending = ['/1', '/2', '/3'].map(async (path) => app.request(path));
    leave();
    const waits = (await Promise.all(pending)).map(
      ({ headers }) => parseServerTiming(headers.get('server-timing') ?? '').queue ?? NaN,
    );
    expect(waits[1]).toBeGreaterThanOrEqual(17);
    expect(waits[2]).toBeGreaterThanOrEqual(34);
  });

  test('removes a client from the queue when its request is aborted', async () => {
    const { app, gate } = createRng(1);
    const client = new AbortController();
    const done: string[] = [];
    const send = async (path: string, signal: AbortSignal | null = null) => {
      const { status } = await app.request(path, { signal });
      done.push(`${path} ${status}`);
    };
    const pending = [send('/1'), send('/2', client.signal), send('/3')];
    expect(gate.waiting).toBe(2);
    client.abort();
    await Promise.all(pending);
    expect(done).toEqual(['/2 499', '/1 200', '/3 200']);
  });

  test('notices that a client closed its connection and serves the others', async () => {
    const { app, gate } = createRng(1);
    await using server = await listen(app, '127.0.0.1', 0);
    const origin = `http://127.0.0.1:${server.port}`;
    const leave = await gate.enter();
    const client = new AbortController();
    const aborted = fetch(`${origin}/1`, { signal: client.signal });
    await until('the first request waits', () => gate.waiting === 1);
    const other = fetch(`${origin}/2`);
    await until('both requests wait', () => gate.waiting === 2);
    client.abort();
    await expect(aborted).rejects.toThrow('aborted');
    await until('only the other request waits', () => gate.waiting === 1);
    leave();
    expect((await (await other).bytes()).length).toBe(2);
  });
});

describe('rng with several slots', () => {
  test('serves that many requests at once', async () => {
    const { app, gate } = createRng(3);
    const pending = Array.from({ length: 5 }, async () => app.request('/1'));
    expect(gate).toMatchObject({ busy: 3, waiting: 2 });
    await Promise.all(pending);
  });

  test('serves all requests at once if there is no limit', async () => {
    const { app, gate } = createRng(0);
    const pending = Array.from({ length: 50 }, async () => app.request('/1'));
    expect(gate).toMatchObject({ busy: 50, waiting: 0 });
    await Promise.all(pending);
  });
});
