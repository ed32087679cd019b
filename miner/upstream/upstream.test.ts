import { buffer } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { anyBytes, serve, upstreamOf } from '../../testing/upstream.ts';

const never = new AbortController().signal;
const get = (origin: string) => upstreamOf(origin).request(anyBytes, never);

describe('a response', () => {
  test('has the body, the replica, and its times', async () => {
    const origin = await serve((_request, response) => {
      response.setHeader('Server-Timing', 'queue;dur=5.0, service;dur=0.1, slots;desc="2"');
      response.setHeader('X-Served-By', 'rng-1').end('bytes');
    });
    const response = await get(origin);
    expect(String(response.body)).toBe('bytes');
    expect(response.replica).toEqual({ name: 'rng-1', slots: 2 });
    expect(response.serviceMs).toBe(0.1);
    expect(response.waitMs).toBeGreaterThan(0);
  });

  test('has only service time if the upstream reports no times', async () => {
    const response = await get(await serve((_request, response) => response.end()));
    expect(response.waitMs).toBe(0);
    expect(response.serviceMs).toBeGreaterThan(0);
  });

  test('never has a service time longer than it took', async () => {
    const origin = await serve((_request, response) => {
      response.setHeader('Server-Timing', 'service;dur=99999').end();
    });
    const response = await get(origin);
    expect(response.waitMs).toBe(0);
    expect(response.serviceMs).toBeLessThan(5000);
  });

  test('has no replica if it does not name one', async () => {
    const response = await get(await serve((_request, response) => response.end()));
    expect(response.replica).toBeUndefined();
  });

  test('has a replica with unlimited slots if it does not report them', async () => {
    const origin = await serve((_request, response) => {
      response.setHeader('X-Served-By', 'other').end();
    });
    expect((await get(origin)).replica).toEqual({ name: 'other', slots: 0 });
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
