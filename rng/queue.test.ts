import { describe, expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/gate/gate';
import { listen } from '@dockercoins/common/service/listen';
import { parseServerTiming } from '@dockercoins/common/gate/server-timing';
import { silentLog as log } from '../testing/log.ts';
import { until } from '../testing/until.ts';
import { createApp } from './app.ts';

function createRng(slots: number, delayMs = 20) {
  const gate = new Gate(slots);
  return { gate, app: createApp({ gate, instance: 'rng-1', delayMs, log }) };
}

describe('rng with one slot', () => {
  test('serves one at a time, in the order in which they came, also / and HEAD', async () => {
    const { app } = createRng(1);
    const done: string[] = [];
    const ask = async (method: string, path: string) => {
      await app.request(path, { method });
      done.push(`${method} ${path}`);
    };
    await Promise.all([
      ask('GET', '/1'),
      ask('GET', '/'),
      ask('HEAD', '/2'),
      ask('GET', '/none/here'),
      ask('GET', '/3'),
    ]);
    expect(done).toEqual(['GET /1', 'GET /', 'HEAD /2', 'GET /none/here', 'GET /3']);
  });

  test('tells each how long it waited', async () => {
    const { app, gate } = createRng(1);
    const leave = await gate.enter();
    const asking = ['/1', '/2', '/3'].map(async (path) => app.request(path));
    leave();
    const waits = (await Promise.all(asking)).map(
      ({ headers }) => parseServerTiming(headers.get('server-timing') ?? '').queue ?? NaN,
    );
    expect(waits[1]).toBeGreaterThanOrEqual(17);
    expect(waits[2]).toBeGreaterThanOrEqual(34);
  });

  test('forgets one who went away while waiting', async () => {
    const { app, gate } = createRng(1);
    const away = new AbortController();
    const done: string[] = [];
    const ask = async (path: string, signal: AbortSignal | null = null) => {
      const { status } = await app.request(path, { signal });
      done.push(`${path} ${status}`);
    };
    const asking = [ask('/1'), ask('/2', away.signal), ask('/3')];
    expect(gate.waiting).toBe(2);
    away.abort();
    await Promise.all(asking);
    expect(done).toEqual(['/2 499', '/1 200', '/3 200']);
  });

  test('notices on the network that somebody hung up, and serves the others', async () => {
    const { app, gate } = createRng(1);
    await using server = await listen(app, '127.0.0.1', 0);
    const origin = `http://127.0.0.1:${server.port}`;
    const leave = await gate.enter();
    const away = new AbortController();
    const hungUp = fetch(`${origin}/1`, { signal: away.signal });
    await until('the first waits', () => gate.waiting === 1);
    const other = fetch(`${origin}/2`);
    await until('both wait', () => gate.waiting === 2);
    away.abort();
    await expect(hungUp).rejects.toThrow('aborted');
    await until('only the other waits', () => gate.waiting === 1);
    leave();
    expect((await (await other).bytes()).length).toBe(2);
  });
});

describe('rng with several slots', () => {
  test('serves as many at once', async () => {
    const { app, gate } = createRng(3);
    const asking = Array.from({ length: 5 }, async () => app.request('/1'));
    expect(gate).toMatchObject({ busy: 3, waiting: 2 });
    await Promise.all(asking);
  });

  test('serves all at once where there is no limit', async () => {
    const { app, gate } = createRng(0);
    const asking = Array.from({ length: 50 }, async () => app.request('/1'));
    expect(gate).toMatchObject({ busy: 50, waiting: 0 });
    await Promise.all(asking);
  });
});
