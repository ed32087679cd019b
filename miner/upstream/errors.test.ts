import type { RequestListener } from 'node:http';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { simulateTime, trafficUntil } from '../../test/support/simulated-time.ts';
import { startUnreachable } from '../../test/support/unreachable.ts';
import { anyBytes, serve, upstreamOf } from '../../test/support/upstream.ts';
import { BusyError, UpstreamError } from './errors.ts';

/** Taken before the time stands still, because the search for free ports has timers of its own. */
const unused = await freePort();

beforeEach(simulateTime);

const never = new AbortController().signal;
const get = (origin: string, timeoutMs = 5000, signal = never) =>
  upstreamOf(origin, { timeoutMs }).request(anyBytes, signal);

/** Resolves to the error of a request that times out after 30 ms, which pass once the server has the request. */
async function timeOut(listener: RequestListener) {
  let requests = 0;
  const origin = await serve((request, response) => {
    requests++;
    listener(request, response);
  });
  const failed = errorOf(get(origin, 30));
  await trafficUntil('the server has the request', () => requests > 0);
  await vi.advanceTimersByTimeAsync(30);
  return { origin, error: await failed };
}

async function errorOf(request: Promise<unknown>): Promise<UpstreamError> {
  const err: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (err instanceof UpstreamError) return err;
  throw new Error('expected an UpstreamError', { cause: err });
}

describe('an upstream error', () => {
  const responding = (status: number) =>
    serve((_request, response) => response.writeHead(status).end());

  test.each([500, 502, 503, 408, 425])('is retryable for status %i', async (status) => {
    const origin = await responding(status);
    const error = await errorOf(get(origin));
    expect(error.message).toBe(`GET ${origin}/32: expected status 200, got ${status}`);
    expect(error.retryable).toBe(true);
  });

  test.each([400, 404, 405, 413, 301, 204])('is not retryable for status %i', async (status) => {
    const error = await errorOf(get(await responding(status)));
    expect(error.message).toContain(`expected status 200, got ${status}`);
    expect(error.retryable).toBe(false);
  });

  test('says that nothing is listening', async () => {
    const error = await errorOf(get(`http://127.0.0.1:${unused}`));
    expect(error.message).toBe(
      `GET http://127.0.0.1:${unused}/32: connect ECONNREFUSED 127.0.0.1:${unused}`,
    );
    expect(error.retryable).toBe(true);
  });

  test('says that there was no response in time', async () => {
    const { origin, error } = await timeOut(() => undefined);
    expect(error.message).toBe(`GET ${origin}/32: no complete response within 30 ms`);
    expect(error).toBeInstanceOf(BusyError);
  });

  test('says that the response was not complete in time', async () => {
    const { origin, error } = await timeOut((_request, response) => response.write('so far'));
    expect(error.message).toBe(`GET ${origin}/32: no complete response within 30 ms`);
  });

  test('says that the connection broke', async () => {
    const origin = await serve((request) => request.socket.destroy());
    const error = await errorOf(get(origin));
    expect(error.message).toMatch(`GET ${origin}/32: `);
    expect(error.retryable).toBe(true);
  });

  test('says that the response is too large', async () => {
    const origin = await serve((_request, response) => response.end(Buffer.alloc(1_048_577)));
    const error = await errorOf(get(origin));
    expect(error.message).toMatch(/^GET .*max/i);
  });
});

test('a canceled request rejects with the reason of the signal, not with an upstream error', async () => {
  const origin = await serve(() => undefined);
  const stop = new AbortController();
  const asking = get(origin, 5000, stop.signal);
  const reason = new Error('stopping');
  stop.abort(reason);
  await expect(asking).rejects.toBe(reason);
});

describe('a busy upstream', () => {
  const refusing = (status: number, retryAfter?: string) =>
    serve((_request, response) => {
      if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
      response.writeHead(status).end();
    });

  test.each([
    [503, '0', 0],
    [503, '7', 7000],
    [503, '99999', 60_000],
    [503, 'soon', 1000],
    [429, '7', 7000],
    [429, undefined, 1000],
  ])(
    'that responds with %i and Retry-After %s may be retried after %i ms',
    async (status, after, ms) => {
      const error = await errorOf(get(await refusing(status, after)));
      expect(error).toMatchObject({ name: 'BusyError', retryAfterMs: ms, retryable: true });
      expect(error.message).toMatch(new RegExp(`expected status 200, got ${status}$`));
    },
  );

  test('may set Retry-After to a date', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1));
    onTestFinished(() => void vi.restoreAllMocks());
    const date = new Date(Date.UTC(2030, 0, 1, 0, 0, 20)).toUTCString();
    const error = await errorOf(get(await refusing(503, date)));
    expect(error).toMatchObject({ retryAfterMs: 20_000 });
  });

  test('may be retried at once if that date has passed', async () => {
    const error = await errorOf(get(await refusing(503, new Date(0).toUTCString())));
    expect(error).toMatchObject({ retryAfterMs: 0 });
  });

  test('is one that accepts connections but does not respond in time', async () => {
    const { error } = await timeOut(() => undefined);
    expect(error).toMatchObject({ name: 'BusyError', retryAfterMs: 1000 });
  });

  test('is not one that accepts no connections', async () => {
    await using gone = await startUnreachable();
    const failed = errorOf(get(`http://127.0.0.1:${gone.port}`, 30));
    await trafficUntil('the request has a timer', () => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(30);
    const error = await failed;
    expect(error).not.toBeInstanceOf(BusyError);
    expect(error.message).toMatch(/no connection within 30 ms$/);
  });
});
