import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  checkAnyReachable,
  checkReachable,
  createAdminApp,
  startAdmin,
  type Check,
} from './admin.ts';
import { freePort } from '../../local/free-port.ts';
import { silentLog as log } from '../../testing/log.ts';
import { listen } from './listen.ts';

function createApp(checks: Record<string, Check> = {}, stopping = new AbortController().signal) {
  return createAdminApp({ registry: new Registry(), checks, stopping });
}

async function ask(app: ReturnType<typeof createApp>, path: string) {
  const answer = await app.request(path);
  return { status: answer.status, text: await answer.text() };
}

const passes = () => Promise.resolve();
const fails = (reason: string) => () => Promise.reject(new Error(reason));

describe('GET /healthz', () => {
  test('is 200 whatever the checks say', async () => {
    const app = createApp({ redis: fails('not connected') });
    expect(await ask(app, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
  });
});

describe('GET /readyz', () => {
  afterEach(() => vi.useRealTimers());

  test('is 200 where there is nothing to check', async () => {
    expect(await ask(createApp(), '/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  test('is 200 where all checks pass, with a line for each', async () => {
    const app = createApp({ redis: passes, rng: passes });
    expect(await ask(app, '/readyz')).toEqual({ status: 200, text: 'redis: ok\nrng: ok\n' });
  });

  test('is 503 where a check fails, with the reason', async () => {
    const app = createApp({ redis: fails('not connected'), rng: passes });
    expect(await ask(app, '/readyz')).toEqual({
      status: 503,
      text: 'redis: not connected\nrng: ok\n',
    });
  });

  test('is 503 after a second where a check hangs', async () => {
    vi.useFakeTimers();
    const asking = ask(createApp({ redis: () => new Promise(() => undefined) }), '/readyz');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await asking).toEqual({ status: 503, text: 'redis: no answer within 1000 ms\n' });
  });

  test('is 503 when the service stops', async () => {
    const app = createApp({ redis: passes }, AbortSignal.abort());
    expect(await ask(app, '/readyz')).toEqual({ status: 503, text: 'stopping\n' });
  });
});

describe('GET /metrics', () => {
  test('is in the text format of Prometheus', async () => {
    const registry = new Registry();
    new Counter({ name: 'loops_total', help: 'loops', registers: [registry] }).inc(3);
    const app = createAdminApp({ registry, checks: {}, stopping: new AbortController().signal });
    const answer = await app.request('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain('\nloops_total 3\n');
  });

  test("has Node.js' own figures, from the first question on", async () => {
    const registry = new Registry();
    const app = createAdminApp({ registry, checks: {}, stopping: new AbortController().signal });
    expect(registry.getMetricsAsArray()).toEqual([]);
    const text = await (await app.request('/metrics')).text();
    const lag = Number(/^nodejs_eventloop_lag_p50_seconds (.*)$/m.exec(text)?.[1]);
    expect(lag).toBeGreaterThan(0);
    expect(lag).toBeLessThan(1);
  });
});

test('any other path is 404 with a line of help', async () => {
  expect(await ask(createApp(), '/')).toEqual({
    status: 404,
    text: 'there are /healthz, /readyz and /metrics here\n',
  });
});

describe('whether an origin is reachable', () => {
  test('is told by a connection alone', async () => {
    let requests = 0;
    const server = createServer(() => requests++).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await checkReachable(`http://127.0.0.1:${port}`);
    server.close();
    await once(server, 'close');
    expect(requests).toBe(0);
  });

  test('is denied with the reason where nothing listens', async () => {
    const port = await freePort();
    await expect(checkReachable(`http://127.0.0.1:${port}`)).rejects.toThrow(
      `connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('is asked of an IPv6 address without its brackets', async () => {
    const port = await freePort();
    await expect(checkReachable(`http://[::1]:${port}`)).rejects.toThrow(`::1:${port}`);
  });
});

describe('whether one of several origins is reachable', () => {
  test('is told where one is', async () => {
    await using server = await listen(new Hono(), '127.0.0.1', 0);
    const here = `http://127.0.0.1:${server.port}`;
    await checkAnyReachable([`http://127.0.0.1:${await freePort()}`, here]);
  });

  test('is denied with a reason where none is', async () => {
    const origins = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
    await expect(checkAnyReachable(origins)).rejects.toThrow('connect ECONNREFUSED 127.0.0.1');
  });
});

test('a service has its admin server until it stops', async () => {
  const onStop = new AsyncDisposableStack();
  const port = await freePort();
  const life = { log, onStop, stopping: new AbortController().signal };
  await startAdmin({ LISTEN_HOST: '127.0.0.1', ADMIN_PORT: port }, life);
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(await metrics.text()).toContain('process_cpu_seconds_total');
  await onStop.disposeAsync();
  await expect(checkReachable(`http://127.0.0.1:${port}`)).rejects.toThrow('ECONNREFUSED');
});
