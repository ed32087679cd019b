import type { RequestListener } from 'node:http';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { Gate, type Leave } from '@dockercoins/common/http-service/gate';
import { recordingLog } from '../../tools/stack/log.ts';
import { passUntil, simulateTime, trafficUntil } from '../../test/support/simulated-time.ts';
import { startUnreachable } from '../../test/support/unreachable.ts';
import { anyBytes, serve, upstreamOf } from '../../test/support/upstream.ts';
import { BusyError } from './errors.ts';
import type { Upstream } from './upstream.ts';

/** Taken before the time stands still, because the search for free ports has timers of its own. */
const unused = await freePort();

beforeEach(simulateTime);

const never = new AbortController().signal;
const request = {
  ...anyBytes,
  validate: (body: Buffer) => (String(body) === 'bytes' ? undefined : 'garbage'),
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
const slow: RequestListener = (request, response) =>
  void setTimeout(() => good(request, response), 1500);
const failing: RequestListener = (_request, response) => response.writeHead(500).end();
const busy: RequestListener = (_request, response) =>
  response.writeHead(503, { 'Retry-After': '1' }).end();

describe('a bad replica among good ones is taken out and no request fails, if it', () => {
  /** Sends requests, the first one to a bad replica. Returns the log. */
  async function sendTo(bad: string, untilSilent?: () => Promise<void>) {
    vi.spyOn(Math, 'random').mockReturnValue(0); // the replica to start with
    onTestFinished(() => void vi.restoreAllMocks());
    const { log, lines } = recordingLog();
    const others = [await serve(good), await serve(good), await serve(good)];
    const sending = send(upstreamOf([bad, ...others], { log, timeoutMs: 10_000 }), 20);
    if (untilSilent !== undefined) {
      await untilSilent();
      await vi.advanceTimersByTimeAsync(1000);
    }
    await sending;
    return lines;
  }

  test.each<[string, () => Promise<string>]>([
    ['responds with 500', () => serve(failing)],
    ['responds with 404', () => serve((_request, response) => response.writeHead(404).end())],
    ['sends garbage', () => serve((_request, response) => response.end('x'))],
    ['closes the connection', () => serve((request) => request.socket.destroy())],
    ['was killed', () => Promise.resolve(`http://127.0.0.1:${unused}`)],
  ])('%s', async (_name, start) => {
    const origin = await start();
    expect(await sendTo(origin)).toEqual([
      expect.stringContaining(`warning: not using ${origin} for now: GET ${origin}/32: `),
    ]);
  });

  test('does not respond: after 1 s of a timeout of 10 s', async () => {
    let requests = 0;
    const origin = await serve(() => requests++);
    const lines = await sendTo(origin, () => trafficUntil('it has a request', () => requests > 0));
    const reason = 'no complete response within 1000 ms';
    expect(lines).toEqual([`warning: not using ${origin} for now: GET ${origin}/32: ${reason}\n`]);
  });

  test('is unreachable: after 1 s of a timeout of 10 s', async () => {
    await using gone = await startUnreachable();
    const origin = `http://127.0.0.1:${gone.port}`;
    const lines = await sendTo(origin, () =>
      trafficUntil('a request has a timer', () => vi.getTimerCount() > 0),
    );
    expect(lines).toEqual([
      `warning: not using ${origin} for now: GET ${origin}/32: no connection within 1000 ms\n`,
    ]);
  });
});

test('a replica that has recovered gets its share again', async () => {
  const [first, second] = [await replica(failing), await replica(good)];
  const upstream = upstreamOf([first.origin, second.origin]);
  await send(upstream, 4);
  expect(first.requests).toBe(1);
  await passUntil('it was probed twice', () => first.probes > 1);
  await send(upstream, 4);
  expect(first.requests).toBe(1);
  first.listener = good;
  await passUntil('it is used', () => upstream.figures(0).avoided.length === 0);
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
  await passUntil('a probe is running', () => first.probes > 0);
  upstream[Symbol.dispose]();
  await trafficUntil('its connection is closed', () => closed);
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
    const gone = `http://127.0.0.1:${unused}`;
    const upstream = upstreamOf([gone, await serve(busy), await serve(failing)]);
    await expect(send(upstream, 1)).rejects.toBeInstanceOf(BusyError);
  });

  test('the last one gets the full timeout', async () => {
    const { log, lines } = recordingLog();
    const replicas = [await replica(slow), await replica(slow)];
    const upstream = upstreamOf(
      replicas.map(({ origin }) => origin),
      { log, timeoutMs: 10_000 },
    );
    await passing(send(upstream, 1));
    expect(replicas.map(({ requests }) => requests)).toEqual([1, 1]);
    expect(lines).toEqual([]);
  });
});

test('a single replica gets the full timeout', async () => {
  const single = await replica(slow);
  await passing(send(upstreamOf(single.origin), 1));
  expect(single.requests).toBe(1);
});

test('a request that times out closes its connection', async () => {
  let requests = 0;
  let closed = false;
  const origin = await serve((request) => {
    requests++;
    request.socket.on('close', () => (closed = true));
  });
  const rejected = expect(send(upstreamOf(origin, { timeoutMs: 50 }), 1)).rejects.toThrow(
    'no complete response within 50 ms',
  );
  await trafficUntil('it has the request', () => requests > 0);
  await vi.advanceTimersByTimeAsync(50);
  await rejected;
  await trafficUntil('the connection is closed', () => closed);
});

test('healthy replicas stay in use when the load grows tenfold', async () => {
  const gates = [1, 2, 3, 4].map(() => new Gate(1));
  const origins = await Promise.all(gates.map((gate) => serve(rngWith(gate))));
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
  await passUntil('the first miners mine', () => done > 100);
  miners.push(...Array.from({ length: 90 }, mine));
  await passUntil('the load has grown', () => gates.every(({ waiting }) => waiting > 10));
  const before = done;
  await passUntil('all miners have had their turn', () => done > before + 200);
  const count = (what: string) => lines.filter((line) => line.includes(what)).length;
  await passUntil('all replicas are in use', () => count('not using') === count('again'));
  expect(count('not using')).toBeLessThan(0.1 * 100 * 4);
  stop.abort(new Error('done'));
  await Promise.allSettled(miners);
});

/** An rng with a delay of 100 ms, in simulated time. A client that gives up leaves the line. */
function rngWith(gate: Gate): RequestListener {
  return (_request, response) => {
    const client = new AbortController();
    response.on('close', () => client.abort());
    const finish = (leave: Leave) => {
      leave();
      response.end();
    };
    gate.enter(client.signal).then(
      (leave) => setTimeout(finish, 100, leave),
      () => undefined,
    );
  };
}

/** Lets simulated time pass until the promise is settled. */
async function passing(promise: Promise<unknown>): Promise<void> {
  let settled = false;
  void promise.finally(() => (settled = true)).catch(() => undefined);
  await passUntil('it is settled', () => settled);
  await promise;
}
