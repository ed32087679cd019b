import type { RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { Gate } from '@dockercoins/common/gate/gate';
import { listen } from '@dockercoins/common/service/listen';
import { createApp as createRng } from '../../rng/app.ts';
import { recordingLog, silentLog } from '../../testing/log.ts';
import { startUnreachable } from '../../testing/unreachable.ts';
import { until } from '../../testing/until.ts';
import { anyBytes, serve, upstreamOf } from '../../testing/upstream.ts';
import { BusyError } from './errors.ts';
import type { Upstream } from './upstream.ts';

const never = new AbortController().signal;
const request = {
  ...anyBytes,
  whyInvalid: (body: Buffer) => (String(body) === 'bytes' ? undefined : 'garbage'),
};
const send = async (upstream: Upstream, count: number) => {
  for (let n = 0; n < count; n++) await upstream.request(request, never);
};

/** A replica that counts its requests. `HEAD` requests are probes. */
async function replica(listener: RequestListener) {
  const it = { origin: '', requests: 0, probes: 0, listener };
  it.origin = await serve((request, response) => {
    if (request.method === 'HEAD') it.probes++;
    else it.requests++;
    it.listener(request, response);
  });
  return it;
}

const good: RequestListener = (_request, response) => response.end('bytes');
const frozen: RequestListener = () => undefined;
const failing: RequestListener = (_request, response) => response.writeHead(500).end();
const busy: RequestListener = (_request, response) =>
  response.writeHead(503, { 'Retry-After': '1' }).end();

describe('a bad replica among good ones is taken out and no request fails, if it', () => {
  const bad: [string, () => Promise<string>][] = [
    ['does not respond', () => serve(frozen)],
    ['responds with 500', () => serve(failing)],
    ['responds with 404', () => serve((_request, response) => response.writeHead(404).end())],
    ['sends garbage', () => serve((_request, response) => response.end('x'))],
    ['closes the connection', () => serve((request) => request.socket.destroy())],
    ['was killed', async () => `http://127.0.0.1:${await freePort()}`],
    [
      'is unreachable',
      async () => {
        const gone = await startUnreachable();
        onTestFinished(() => gone[Symbol.asyncDispose]());
        return `http://127.0.0.1:${gone.port}`;
      },
    ],
  ];
  test.each(bad)('%s', async (_name, start) => {
    const { log, lines } = recordingLog();
    const others = [await serve(good), await serve(good), await serve(good)];
    const upstream = upstreamOf([await start(), ...others], { log, timeoutMs: 10_000 });
    const began = performance.now();
    await send(upstream, 20);
    expect(performance.now() - began).toBeLessThan(4000); // of a deadline of 10 s
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^warning: not using http:\/\/127\.0\.0\.1:\d+ for now: GET /);
  });
});

test('a replica that has recovered gets its share again', async () => {
  const [first, second] = [await replica(failing), await replica(good)];
  const upstream = upstreamOf([first.origin, second.origin]);
  await send(upstream, 4);
  expect(first.requests).toBe(1);
  await until('it was probed', () => first.probes > 0);
  first.listener = good;
  await until('it is used', async () => {
    await send(upstream, 2);
    return first.requests > 1;
  });
  const before = [first.requests, second.requests] as const;
  await send(upstream, 10);
  expect([first.requests - before[0], second.requests - before[1]]).toEqual([5, 5]);
});

test('probes end when the upstream is disposed of', async () => {
  const [first, second] = [await replica(failing), await replica(good)];
  const upstream = upstreamOf([first.origin, second.origin]);
  let closed = false;
  await send(upstream, 2);
  first.listener = (request) => request.socket.on('close', () => (closed = true));
  await until('a probe is running', () => first.probes > 0);
  upstream[Symbol.dispose]();
  await until('its connection is closed', () => closed, 800);
});

test('a busy replica keeps its turn', async () => {
  const [first, second] = [await replica(busy), await replica(good)];
  await send(upstreamOf([first.origin, second.origin]), 10);
  expect(first.requests).toBeGreaterThanOrEqual(4);
  expect(second.requests).toBe(10);
});

describe('if no replica sends a valid response', () => {
  test('the request fails and all replicas stay in use', async () => {
    const { log, lines } = recordingLog();
    const replicas = [await replica(failing), await replica(failing)];
    const upstream = upstreamOf(
      replicas.map(({ origin }) => origin),
      { log },
    );
    for (let n = 0; n < 3; n++) await expect(send(upstream, 1)).rejects.toThrow('got 500');
    expect(replicas.map(({ requests }) => requests)).toEqual([3, 3]);
    expect(lines).toEqual([]);
  });

  test('but one of them is only busy, the error says so', async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    const upstream = upstreamOf([gone, await serve(busy), await serve(failing)]);
    await expect(send(upstream, 1)).rejects.toBeInstanceOf(BusyError);
  });

  test('the last one gets the full timeout', async () => {
    const slow: RequestListener = (request, response) =>
      void setTimeout(() => good(request, response), 1500);
    const { log, lines } = recordingLog();
    const upstream = upstreamOf([await serve(slow), await serve(slow)], { log, timeoutMs: 10_000 });
    await send(upstream, 1);
    expect(lines).toEqual([]);
  });
});

test('a single replica gets the full timeout', async () => {
  const slow = await replica(
    (request, response) => void setTimeout(() => good(request, response), 1500),
  );
  await send(upstreamOf(slow.origin), 1);
  expect(slow.requests).toBe(1);
});

test('a request that times out closes its connection', async () => {
  let closed = false;
  const origin = await serve((request) => request.socket.on('close', () => (closed = true)));
  await expect(send(upstreamOf(origin, { timeoutMs: 50 }), 1)).rejects.toThrow('within 50 ms');
  await until('the connection is closed', () => closed);
});

test('healthy replicas stay in use when the load grows tenfold', { timeout: 30_000 }, async () => {
  await using running = new AsyncDisposableStack();
  const gates = [1, 2, 3, 4].map(() => new Gate(1));
  const origins = await Promise.all(
    gates.map(async (gate, n) => {
      const rng = createRng({
        gate,
        instance: `rng-${n}`,
        host: 'box',
        delayMs: 100,
        log: silentLog,
      });
      const { port } = running.use(await listen(rng, '127.0.0.1', 0));
      return `http://127.0.0.1:${port}`;
    }),
  );
  const { log, lines } = recordingLog();
  const stop = new AbortController();
  let done = 0;
  const mine = async () => {
    const upstream = upstreamOf(origins, { log, timeoutMs: 10_000 });
    for (;;) {
      await upstream.request(anyBytes, stop.signal);
      done++;
    }
  };
  const miners = Array.from({ length: 10 }, mine);
  await until('the first miners mine', () => done > 100);
  miners.push(...Array.from({ length: 90 }, mine));
  running.defer(async () => {
    stop.abort(new Error('done'));
    await Promise.allSettled(miners);
  });
  await until('the load has grown', () => gates.every(({ waiting }) => waiting > 10));
  const before = done;
  await until('all miners have had their turn', () => done > before + 200, 20_000);
  const count = (what: string) => lines.filter((line) => line.includes(what)).length;
  await until('all replicas are in use', () => count('not using') === count('again'));
  expect(count('not using')).toBeLessThan(0.1 * 100 * 4);
});
