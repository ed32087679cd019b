import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../local/free-port.ts';
import { createDispatcher, Upstream } from './upstream.ts';
import { UpstreamError } from './upstream-error.ts';

const dispatcher = createDispatcher();
afterAll(() => dispatcher.destroy());
const never = new AbortController().signal;

/** A server until the test ends; resolves with its origin. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (origin: string, timeoutMs = 5000, signal = never) =>
  new Upstream([origin], timeoutMs, dispatcher).request('GET', '/32', signal);

async function errorOf(request: Promise<unknown>): Promise<UpstreamError> {
  const err: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (err instanceof UpstreamError) return err;
  throw new Error('expected an UpstreamError', { cause: err });
}

describe('an error', () => {
  const answering = (status: number) =>
    serve((_request, response) => response.writeHead(status).end());

  test.each([500, 502, 503, 408, 425, 429])('%i is worth another try', async (status) => {
    const origin = await answering(status);
    const error = await errorOf(get(origin));
    expect(error.message).toBe(`GET ${origin}/32: answered ${status}, expected 200`);
    expect(error.retryable).toBe(true);
  });

  test.each([400, 404, 405, 413, 301, 204])('%i is not', async (status) => {
    const error = await errorOf(get(await answering(status)));
    expect(error.message).toContain(`answered ${status}, expected 200`);
    expect(error.retryable).toBe(false);
  });

  test('tells that nobody listens there', async () => {
    const port = await freePort();
    const error = await errorOf(get(`http://127.0.0.1:${port}`));
    expect(error.message).toBe(
      `GET http://127.0.0.1:${port}/32: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    expect(error.retryable).toBe(true);
  });

  test('tells that there was no answer in time', async () => {
    const origin = await serve(() => undefined);
    const error = await errorOf(get(origin, 30));
    expect(error.message).toBe(`GET ${origin}/32: no whole answer within 30 ms`);
    expect(error.retryable).toBe(true);
  });

  test('tells that the answer was not whole in time', async () => {
    const origin = await serve((_request, response) => response.write('so far'));
    const error = await errorOf(get(origin, 30));
    expect(error.message).toBe(`GET ${origin}/32: no whole answer within 30 ms`);
  });

  test('tells that the connection broke', async () => {
    const origin = await serve((request) => request.socket.destroy());
    const error = await errorOf(get(origin));
    expect(error.message).toMatch(`GET ${origin}/32: `);
    expect(error.retryable).toBe(true);
  });

  test('tells that the answer is too large to be one', async () => {
    const origin = await serve((_request, response) => response.end(Buffer.alloc(1_048_577)));
    const error = await errorOf(get(origin));
    expect(error.message).toMatch(/^GET .*max/i);
  });
});

test('who gives up gets the own reason, not an error of the upstream', async () => {
  const origin = await serve(() => undefined);
  const stop = new AbortController();
  const asking = get(origin, 5000, stop.signal);
  const reason = new Error('stopping');
  stop.abort(reason);
  await expect(asking).rejects.toBe(reason);
});
