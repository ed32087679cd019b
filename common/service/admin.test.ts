import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  checkAnyReachable,
  checkReachable,
  createAdminApp,
  startAdmin,
  type Check,
} from './admin.ts';
import { freePort } from '../../test/support/free-port.ts';
import { silentLog as log } from '../../tools/stack/log.ts';
import { listen } from './listen.ts';

function createApp(checks: Record<string, Check> = {}, stopping = new AbortController().signal) {
  return createAdminApp({ registry: new Registry(), checks, stopping });
}

async function get(app: ReturnType<typeof createApp>, path: string) {
  const response = await app.request(path);
  return { status: response.status, text: await response.text() };
}

const passes = () => Promise.resolve();
const fails = (reason: string) => () => Promise.reject(new Error(reason));

describe('GET /healthz', () => {
  test('returns 200 even if a check fails', async () => {
    const app = createApp({ redis: fails('not connected') });
    expect(await get(app, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
  });
});

describe('GET /readyz', () => {
  afterEach(() => vi.useRealTimers());

  test('returns 200 if there are no checks', async () => {
    expect(await get(createApp(), '/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  test('returns 200 if all checks pass, with one line each', async () => {
    const app = createApp({ redis: passes, rng: passes });
    expect(await get(app, '/readyz')).toEqual({ status: 200, text: 'redis: ok\nrng: ok\n' });
  });

  test('returns 503 and the reason if a check fails', async () => {
    const app = createApp({ redis: fails('not connected'), rng: passes });
    expect(await get(app, '/readyz')).toEqual({
      status: 503,
      text: 'redis: not connected\nrng: ok\n',
    });
  });

  test('returns 503 after one second if a check hangs', async () => {
    vi.useFakeTimers();
    const pending = get(createApp({ redis: () => new Promise(() => undefined) }), '/readyz');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await pending).toEqual({ status: 503, text: 'redis: no response within 1000 ms\n' });
  });

  test('returns 503 during shutdown', async () => {
    const app = createApp({ redis: passes }, AbortSignal.abort());
    expect(await get(app, '/readyz')).toEqual({ status: 503, text: 'stopping\n' });
  });
});

describe('GET /metrics', () => {
  test('returns the Prometheus text format', async () => {
    const registry = new Registry();
    new Counter({ name: 'loops_total', help: 'loops', registers: [registry] }).inc(3);
    const app = createAdminApp({ registry, checks: {}, stopping: new AbortController().signal });
    const response = await app.request('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain('\nloops_total 3\n');
  });

  test('includes the metrics of Node.js, collected from the first request on', async () => {
    const registry = new Registry();
    const app = createAdminApp({ registry, checks: {}, stopping: new AbortController().signal });
    expect(registry.getMetricsAsArray()).toEqual([]);
    const text = await (await app.request('/metrics')).text();
    const lag = Number(/^nodejs_eventloop_lag_p50_seconds (.*)$/m.exec(text)?.[1]);
    expect(lag).toBeGreaterThan(0);
    expect(lag).toBeLessThan(performance.now() / 1000);
  });
});

describe('GET /metrics with checks', () => {
  test('says which pass', async () => {
    const app = createApp({ redis: fails('not connected'), rng: passes });
    const { status, text } = await get(app, '/metrics');
    expect(status).toBe(200);
    expect(text).toContain('\nservice_check_up{check="redis"} 0\n');
    expect(text).toContain('\nservice_check_up{check="rng"} 1\n');
  });

  test('responds after one second if a check hangs', async () => {
    let check = passes;
    const app = createApp({ redis: () => check() });
    await app.request('/metrics'); // starts the metrics of Node.js
    check = () => new Promise(() => undefined);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const pending = get(app, '/metrics');
    await vi.advanceTimersByTimeAsync(1000);
    expect((await pending).text).toContain('\nservice_check_up{check="redis"} 0\n');
  });
});

test('any other path returns 404 and a line of help', async () => {
  expect(await get(createApp(), '/')).toEqual({
    status: 404,
    text: 'not found; try /healthz, /readyz or /metrics\n',
  });
});

describe('checkReachable', () => {
  test('resolves on a TCP connection, without sending a request', async () => {
    let requests = 0;
    const server = createServer(() => requests++).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await checkReachable(`http://127.0.0.1:${port}`);
    server.close();
    await once(server, 'close');
    expect(requests).toBe(0);
  });

  test('rejects with the reason if nothing listens there', async () => {
    const port = await freePort();
    await expect(checkReachable(`http://127.0.0.1:${port}`)).rejects.toThrow(
      `connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('connects to an IPv6 address without its brackets', async () => {
    const port = await freePort();
    await expect(checkReachable(`http://[::1]:${port}`)).rejects.toThrow(`::1:${port}`);
  });
});

describe('checkAnyReachable', () => {
  test('resolves if one origin is reachable', async () => {
    await using server = await listen(new Hono(), '127.0.0.1', 0);
    const reachable = `http://127.0.0.1:${server.port}`;
    await checkAnyReachable([`http://127.0.0.1:${await freePort()}`, reachable]);
  });

  test('rejects with a reason if none is reachable', async () => {
    const origins = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
    await expect(checkAnyReachable(origins)).rejects.toThrow('connect ECONNREFUSED 127.0.0.1');
  });
});

test('the admin server runs until the service shuts down', async () => {
  const cleanup = new AsyncDisposableStack();
  const port = await freePort();
  const life = { log, cleanup, stopping: new AbortController().signal };
  await startAdmin({ LISTEN_HOST: '127.0.0.1', ADMIN_PORT: port }, life);
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(await metrics.text()).toContain('process_cpu_seconds_total');
  await cleanup.disposeAsync();
  await expect(checkReachable(`http://127.0.0.1:${port}`)).rejects.toThrow('ECONNREFUSED');
});
