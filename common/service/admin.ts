/**
 * What an operator asks a service, on a port of its own so that no work holds it up.
 * @module
 */
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { listen } from './listen.ts';
import type { Life } from './lifecycle.ts';

/** Resolves where what a service depends on is there, throws with the reason where it is not. */
export type Check = () => Promise<unknown>;

const CHECK_TIMEOUT_MS = 1000;

interface AdminOptions {
  registry: Registry;
  /** Name of what must be there → how to see it. */
  checks: Record<string, Check>;
  stopping: AbortSignal;
}

/**
 * - `GET /healthz`: 200 while the process answers.
 * - `GET /readyz`: 200 where all checks pass, else 503; a line for each, with the reason.
 * - `GET /metrics`: in the Prometheus text format.
 */
export function createAdminApp({ registry, checks, stopping }: AdminOptions): Hono {
  const app = new Hono();
  let watching: Promise<void> | undefined;
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    if (stopping.aborted) return c.text('stopping\n', 503);
    const results = await Promise.all(Object.entries(checks).map(runCheck));
    const ready = results.every(({ ok }) => ok);
    return c.text(results.map(({ line }) => `${line}\n`).join('') || 'ok\n', ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    await (watching ??= watchProcess(registry));
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
  app.notFound((c) => c.text('there are /healthz, /readyz and /metrics here\n', 404));
  return app;
}

/** So long until the first figures about the event loop are there; it is looked at every 10 ms. */
const FIRST_FIGURES_MS = 50;

/**
 * Node.js' own figures, from the first question on: to look at the event loop costs each process half a
 * percent of a core, which is half of all that an idle one uses.
 */
async function watchProcess(register: Registry): Promise<void> {
  collectDefaultMetrics({ register });
  await sleep(FIRST_FIGURES_MS);
}

async function runCheck([name, check]: [string, Check]) {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
    CHECK_TIMEOUT_MS,
  );
  try {
    await Promise.race([check(), late.promise]);
    return { ok: true, line: `${name}: ok` };
  } catch (err) {
    return { ok: false, line: `${name}: ${(err as Error).message}` };
  } finally {
    clearTimeout(timer);
  }
}

/** Passes where the host of `origin` takes a TCP connection. Asks nothing of it, so it takes no place in rng's queue. */
export async function checkReachable(origin: string): Promise<void> {
  const { hostname, port, protocol } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
  } finally {
    socket.destroy();
  }
}

/** Passes where one of several origins is reachable. */
export async function checkAnyReachable(origins: readonly string[]): Promise<void> {
  try {
    await Promise.any(origins.map(checkReachable));
  } catch (err) {
    throw (err as AggregateError).errors[0];
  }
}

/** Its answers take milliseconds, and it closes last, after other servers have used up their time. */
const DRAIN_MS = 500;

/** Starts the admin server of a service and returns the registry of its metrics. */
export async function startAdmin(
  { LISTEN_HOST, ADMIN_PORT }: { LISTEN_HOST: string; ADMIN_PORT: number },
  { log, onStop, stopping }: Pick<Life, 'log' | 'onStop' | 'stopping'>,
  checks: Record<string, Check> = {},
): Promise<Registry> {
  const registry = new Registry();
  const app = createAdminApp({ registry, checks, stopping });
  onStop.use(await listen(app, LISTEN_HOST, ADMIN_PORT, { log, drainMs: DRAIN_MS }));
  return registry;
}
