/**
 * Health checks and metrics, on a separate port so that they never wait behind work.
 * @module
 */
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { listen } from './listen.ts';
import type { ServiceContext } from './lifecycle.ts';
import { readOrigins } from './origins.ts';

/** Resolves if a dependency is available, otherwise rejects with the reason. */
export type Check = () => Promise<unknown>;

const CHECK_TIMEOUT_MS = 1000;

interface AdminOptions {
  registry: Registry;
  /** Name of each dependency → its check. */
  checks: Record<string, Check>;
  stopping: AbortSignal;
}

/**
 * - `GET /healthz`: 200 while the process is responsive.
 * - `GET /readyz`: 200 if all checks pass, otherwise 503; one line per check, with the reason for a failure.
 * - `GET /metrics`: metrics in the Prometheus text format, including the result of each check.
 */
export function createAdminApp({ registry, checks, stopping }: AdminOptions): Hono {
  const app = new Hono();
  let processMetrics: Promise<void> | undefined;
  registerChecks(checks, registry);
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    if (stopping.aborted) return c.text('stopping\n', 503);
    const results = await Promise.all(Object.entries(checks).map(runCheck));
    const ready = results.every(({ ok }) => ok);
    return c.text(results.map(({ line }) => `${line}\n`).join('') || 'ok\n', ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    await (processMetrics ??= collectProcessMetrics(registry));
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
  app.notFound((c) => c.text('not found; try /healthz, /readyz or /metrics\n', 404));
  return app;
}

/** Node.js samples the event loop every 10 ms, and needs two samples for the first measurement. */
const SAMPLE_MS = 11;
const FIRST_SAMPLES = 5;

/**
 * Registers the metrics of Node.js itself. This starts with the first request for metrics, because monitoring
 * the event loop costs half a percent of a core, half of what an idle process uses.
 */
async function collectProcessMetrics(register: Registry): Promise<void> {
  collectDefaultMetrics({ register });
  // One after another: after a pause of the process, only the first wait is over at once.
  for (let n = 0; n < FIRST_SAMPLES; n++) await sleep(SAMPLE_MS);
}

/** Runs the checks at each scrape. A check that hangs delays the scrape by a second at most. */
function registerChecks(checks: Record<string, Check>, registry: Registry): void {
  if (Object.keys(checks).length === 0) return;
  new Gauge({
    name: 'service_check_up',
    help: '1 if a readiness check passes, 0 if it fails',
    labelNames: ['check'],
    registers: [registry],
    async collect() {
      const results = await Promise.all(Object.entries(checks).map(runCheck));
      for (const { check, ok } of results) this.set({ check }, Number(ok));
    },
  });
}

async function runCheck([name, check]: [string, Check]) {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no response within ${CHECK_TIMEOUT_MS} ms`)),
    CHECK_TIMEOUT_MS,
  );
  try {
    await Promise.race([check(), timeout.promise]);
    return { check: name, ok: true, line: `${name}: ok` };
  } catch (err) {
    return { check: name, ok: false, line: `${name}: ${(err as Error).message}` };
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves if `origin` accepts a TCP connection. Sends no request, so it takes no place in rng's queue. */
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

/** Resolves if at least one of the origins is reachable. `file:` URLs stand for the origins in those files. */
export async function checkAnyReachable(origins: readonly string[]): Promise<void> {
  const replicas = await readOrigins(origins);
  try {
    await Promise.any(replicas.map(checkReachable));
  } catch (err) {
    throw (err as AggregateError).errors[0];
  }
}

/** Responses take milliseconds, and this server closes last, when the others have used up their drain time. */
const DRAIN_MS = 500;

/** Starts a service's admin server and returns the registry for its metrics. */
export async function startAdmin(
  { LISTEN_HOST, ADMIN_PORT }: { LISTEN_HOST: string; ADMIN_PORT: number },
  { log, cleanup, stopping }: Pick<ServiceContext, 'log' | 'cleanup' | 'stopping'>,
  checks: Record<string, Check> = {},
): Promise<Registry> {
  const registry = new Registry();
  const app = createAdminApp({ registry, checks, stopping });
  cleanup.use(await listen(app, LISTEN_HOST, ADMIN_PORT, { log, drainMs: DRAIN_MS }));
  return registry;
}
