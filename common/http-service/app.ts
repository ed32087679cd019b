/**
 * The common base of rng and hasher: each request passes a gate, is timed and logged, and its response
 * names the replica.
 * @module
 */
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { CpuMeter } from '../service/cpu.ts';
import type { Logger } from '../log/log.ts';
import type { Gate } from './gate.ts';
import type { Observe } from './metrics.ts';
import { formatServerTiming } from './server-timing.ts';
import type { VariedBehavior } from './variations.ts';

export interface GatedOptions {
  gate: Gate;
  /** Value of the `X-Served-By` header. */
  instance: string;
  /** Name in the response to `GET /`: the host name, unless INSTANCE is set. */
  host: string;
  /** Delay before each response of the service's main route (ms). */
  delayMs: number;
  /** How its main route differs from the usual experiment. */
  variations?: VariedBehavior | undefined;
  /** Ends requests that hang. */
  stopping?: AbortSignal;
  log: Logger;
  /** Called after each response, and for each client that disconnects while it waits. */
  observe?: Observe;
  /** Traces requests, including their time at the gate. */
  tracing?: MiddlewareHandler | undefined;
}

export interface GatedEnv {
  Variables: {
    /** When the gate admitted the request, by `performance.now()`. */
    admittedAt: number;
  };
}

/** Status of a request whose client has disconnected: no standard one, but common, and no error of ours. */
const DISCONNECTED = 499 as 400;

/** Creates an app whose responses carry `Server-Timing` and `X-Served-By` and that logs one line per request. */
export function createGatedApp(options: GatedOptions): Hono<GatedEnv> {
  const app = new Hono<GatedEnv>();
  if (options.tracing !== undefined) app.use(options.tracing);
  app.use(throughGate(options));
  app.onError((err, c) => {
    if (c.req.raw.signal.aborted) return c.body(null, DISCONNECTED);
    options.log.error({ err }, `${c.req.method} ${pathOf(c.req.url)}`);
    return c.text('internal error; see the log of this service\n', 500);
  });
  return app;
}

/** A guess: how soon there is room again depends on the other clients. */
const RETRY_AFTER_S = 1;

function refuse(c: Context, { waiting }: Gate): Response {
  return c.text(`too many requests are waiting (${waiting}); try again later\n`, 503, {
    'Retry-After': String(RETRY_AFTER_S),
  });
}

function throughGate({
  gate,
  instance,
  delayMs,
  variations,
  log,
  observe,
}: GatedOptions): MiddlewareHandler<GatedEnv> {
  const cpu = new CpuMeter();
  return async (c, next) => {
    const { method } = c.req;
    const path = pathOf(c.req.url);
    const arrivedAt = performance.now();
    let leave = gate.tryEnter();
    if (leave === undefined && !gate.full) {
      try {
        // Hono creates a whole Request object for the signal, so only requests that must wait use it.
        leave = await gate.enter(c.req.raw.signal);
      } catch (err) {
        observe?.(DISCONNECTED, performance.now() - arrivedAt, 0);
        log.info({ method, path }, `${method} ${path}: client disconnected while waiting`);
        throw err;
      }
    }
    const admittedAt = performance.now();
    c.set('admittedAt', admittedAt);
    try {
      if (leave === undefined) c.res = refuse(c, gate);
      else await next();
    } finally {
      leave?.();
    }
    const queue = admittedAt - arrivedAt;
    const service = performance.now() - admittedAt;
    const { slots } = gate;
    const timing = { queue, service, slots, delay: delayMs, cpu: cpu.share() };
    // `c.header` would copy the finished response and turn its body into a stream.
    c.res.headers.set(
      'Server-Timing',
      formatServerTiming({ ...timing, variations: variations?.shown }),
    );
    c.res.headers.set('X-Served-By', instance);
    const { status } = c.res;
    // Send the response first.
    setImmediate(() => {
      observe?.(status, queue, service);
      log.info(
        { method, path, status, queue, service },
        `${method} ${path} ${status}, waited ${queue.toFixed()} ms, served in ${service.toFixed()} ms`,
      );
    });
  };
}

/** Returns the path still percent-encoded, so that `%0a` does not start a new line in the log. */
function pathOf(url: string): string {
  return url.slice(url.indexOf('/', 'https://'.length));
}
