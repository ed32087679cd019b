import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MAX_REPORTED_REPLICAS } from '@dockercoins/common/contract';
import { testFigures } from '../../tools/stack/frame-data.ts';
import { simulateTime } from '../../test/support/simulated-time.ts';
import { anyBytes, serve, upstreamOf } from '../../test/support/upstream.ts';

/** No request times out, however busy the machine is. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
});

const never = new AbortController().signal;
const get = (origin: string) => upstreamOf(origin).request(anyBytes, never);

describe('a response', () => {
  test('has the body, the replica, and its times', async () => {
    const origin = await serve((_request, response) => {
      response.setHeader(
        'Server-Timing',
        'queue;dur=5.0, service;dur=0.1, slots;desc="2", delay;dur=7, cpu;desc="0.25"',
      );
      response.setHeader('X-Served-By', 'rng-1').end('bytes');
    });
    const response = await get(origin);
    expect(String(response.body)).toBe('bytes');
    expect(response.replica).toEqual({
      ...{ name: 'rng-1', slots: 2, delayMs: 7, cpu: 0.25 },
      address: origin,
    });
    expect(response.timed).toBe(true);
    expect(response.serviceMs).toBe(0.1);
    expect(response.waitMs).toBeGreaterThan(0);
  });

  test('has only service time if the upstream reports no times', async () => {
    const response = await get(await serve((_request, response) => response.end()));
    expect(response.waitMs).toBe(0);
    expect(response.serviceMs).toBeGreaterThan(0);
    expect(response.timed).toBe(false);
  });

  test('never has a service time longer than it took', async () => {
    const origin = await serve((_request, response) => {
      response.setHeader('Server-Timing', 'service;dur=99999').end();
    });
    const began = performance.now();
    const response = await get(origin);
    expect(response.waitMs).toBe(0);
    expect(response.serviceMs).toBeGreaterThan(0);
    expect(response.serviceMs).toBeLessThanOrEqual(performance.now() - began);
  });

  test('has no replica if it does not name one', async () => {
    const response = await get(await serve((_request, response) => response.end()));
    expect(response.replica).toBeUndefined();
  });

  test('has a replica with unknown slots if it does not report them', async () => {
    const origin = await serve((_request, response) => {
      response.setHeader('X-Served-By', 'other').end();
    });
    expect((await get(origin)).replica).toEqual({
      name: 'other',
      address: origin,
      slots: null,
      delayMs: null,
      cpu: null,
    });
  });
});

test('a payload is posted as bytes', async () => {
  const seen = vi.fn<(type: string | undefined, body: Buffer) => void>();
  const origin = await serve((request, response) => {
    void buffer(request).then((body) => {
      seen(request.headers['content-type'], body);
      response.end();
    });
  });
  const bytes = Buffer.from([0, 255, 128]);
  await upstreamOf(origin).request({ ...anyBytes, method: 'POST', payload: bytes }, never);
  expect(seen).toHaveBeenCalledExactlyOnceWith('application/octet-stream', bytes);
});

test('several origins are used in turn', async () => {
  const origins = await Promise.all(
    ['a', 'b', 'c'].map((name) => serve((_request, response) => response.end(name))),
  );
  const upstream = upstreamOf(origins);
  const names: string[] = [];
  for (let i = 0; i < 9; i++) {
    names.push(String((await upstream.request(anyBytes, never)).body));
  }
  expect(new Set(names.slice(0, 3)).size).toBe(3);
  expect(names.slice(3)).toEqual(names.slice(0, 6));
});

describe('the figures', () => {
  const reporting = (name: string) =>
    serve((_request, response) => {
      response.setHeader('Server-Timing', 'service;dur=0.1, slots;desc="1"');
      response.setHeader('X-Served-By', name).end();
    });

  test('are empty before the first request', () => {
    const upstream = upstreamOf('http://127.0.0.1:1');
    expect(upstream.figures(performance.now())).toEqual(testFigures());
  });

  test('name the replicas that responded within the last five seconds', async () => {
    simulateTime();
    const upstream = upstreamOf([await reporting('rng-1'), await reporting('rng-2')]);
    await upstream.request(anyBytes, never);
    await upstream.request(anyBytes, never);
    const now = performance.now();
    const names = (at: number) => upstream.figures(at).replicas.map(({ name }) => name);
    expect(names(now + 5000).sort()).toEqual(['rng-1', 'rng-2']);
    expect(names(now + 5001)).toEqual([]);
  });

  test('count the responses of each replica, and add up their service times', async () => {
    const serving = (name: string) =>
      serve((_request, response) => {
        response.setHeader('Server-Timing', 'service;dur=2');
        response.setHeader('X-Served-By', name);
        // A service time longer than the whole request is not believed.
        void sleep(5).then(() => response.end());
      });
    const upstream = upstreamOf([await serving('rng-1'), await serving('rng-2')]);
    for (let n = 0; n < 6; n++) await upstream.request(anyBytes, never);
    const { replicas } = upstream.figures(performance.now());
    expect(replicas.map(({ served }) => served?.responses)).toEqual([3, 3]);
    for (const { served } of replicas) expect(served?.serviceMs).toBeCloseTo(6);
  });

  test('count from the start if another replica responds from the same address', async () => {
    const names = ['rng-1', 'rng-1', 'rng-2'];
    const origin = await serve((_request, response) => {
      response.setHeader('Server-Timing', 'service;dur=0.1');
      response.setHeader('X-Served-By', names.shift() ?? '').end();
    });
    const upstream = upstreamOf(origin);
    for (let n = 0; n < 3; n++) await upstream.request(anyBytes, never);
    expect(upstream.figures(performance.now()).replicas).toMatchObject([
      { name: 'rng-2', served: { responses: 1 } },
    ]);
  });

  test('do not count responses of a replica that does not report its service time', async () => {
    const upstream = upstreamOf(
      await serve((_request, response) => response.setHeader('X-Served-By', 'other').end()),
    );
    await upstream.request(anyBytes, never);
    expect(upstream.figures(performance.now()).replicas[0]).not.toHaveProperty('served');
  });

  test('list at most a hundred replicas, so that reports stay small', async () => {
    simulateTime();
    const names = Array.from({ length: MAX_REPORTED_REPLICAS + 1 }, (_, n) => `rng-${n}`);
    const upstream = upstreamOf(await Promise.all(names.map(reporting)));
    for (let n = 0; n < names.length; n++) await upstream.request(anyBytes, never);
    expect(upstream.figures(performance.now()).replicas).toHaveLength(MAX_REPORTED_REPLICAS);
  });

  test('count requests in progress', async () => {
    const upstream = upstreamOf(await serve(() => undefined));
    const cancel = new AbortController();
    const pending = upstream.request(anyBytes, cancel.signal).catch(() => undefined);
    expect(upstream.figures(0).pending).toBe(1);
    cancel.abort();
    await pending;
    expect(upstream.figures(0)).toMatchObject({ pending: 0, failed: 0 });
  });

  test('count failed requests and give the latest reason', async () => {
    const upstream = upstreamOf('http://127.0.0.1:1');
    await expect(upstream.request(anyBytes, never)).rejects.toThrow();
    await expect(upstream.request(anyBytes, never)).rejects.toThrow();
    expect(upstream.figures(0)).toMatchObject({ failed: 2, reason: 'ECONNREFUSED' });
  });

  test('name the replicas that are avoided, and why', async () => {
    const alive = await reporting('rng-1');
    const upstream = upstreamOf([alive, 'http://127.0.0.1:1']);
    await upstream.request(anyBytes, never);
    await upstream.request(anyBytes, never);
    expect(upstream.figures(0)).toMatchObject({
      avoided: [{ name: 'http://127.0.0.1:1', reason: 'ECONNREFUSED' }],
      failed: 0,
    });
  });

  test('count responses without their service time', async () => {
    const upstream = upstreamOf(await serve((_request, response) => response.end()));
    await upstream.request(anyBytes, never);
    expect(upstream.figures(performance.now())).toMatchObject({ untimed: 1, replicas: [] });
  });
});
