/**
 * What rng and hasher have in common: every request goes through a gate, is timed, signed and logged.
 * @module
 */
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import type { Gate } from './gate.ts';
import type { Observe } from './metrics.ts';
import type { Logger } from '../service/log.ts';
import { formatServerTiming } from './server-timing.ts';

export interface GatedOptions {
  gate: Gate;
  /** Goes into `X-Served-By`. */
  instance: string;
  log: Logger;
  /** Told of every request that was served. */
  observe?: Observe;
}

export interface GatedEnv {
  Variables: {
    /** When the gate let the request in, by `performance.now()`. */
    began: number;
  };
}

/** An app whose answers carry `Server-Timing` and `X-Served-By`, each with a line in the log. */
export function createGatedApp(options: GatedOptions): Hono<GatedEnv> {
  const app = new Hono<GatedEnv>();
  app.use(throughGate(options));
  app.onError((err, c) => {
    if (c.req.raw.signal.aborted) return c.body(null, 499 as 400); // nobody is there to read it
    options.log.error({ err }, `${c.req.method} ${pathOf(c.req.url)}`);
    return c.text('something went wrong here; the log of this service says what\n', 500);
  });
  return app;
}

/** To come back in a second is a guess: the room is then as full as others make it. */
const RETRY_AFTER_S = 1;

function refuse(c: Context, { waiting }: Gate): Response {
  return c.text(`${waiting} requests wait already; come again later\n`, 503, {
    'Retry-After': String(RETRY_AFTER_S),
  });
}

function throughGate({ gate, instance, log, observe }: GatedOptions): MiddlewareHandler<GatedEnv> {
  return async (c, next) => {
    const { method } = c.req;
    const path = pathOf(c.req.url);
    const came = performance.now();
    let leave = gate.tryEnter();
    if (leave === undefined && !gate.full) {
      try {
        // The signal costs a whole Request object: only those who have to wait need it.
        leave = await gate.enter(c.req.raw.signal);
      } catch (err) {
        log.info({ method, path }, `${method} ${path} went away while it waited`);
        throw err;
      }
    }
    const began = performance.now();
    c.set('began', began);
    try {
      if (leave === undefined) c.res = refuse(c, gate);
      else await next();
    } finally {
      leave?.();
    }
    const queue = began - came;
    const service = performance.now() - began;
    // Not `c.header`, which would copy the finished answer and make a stream of it.
    c.res.headers.set('Server-Timing', formatServerTiming({ queue, service, slots: gate.slots }));
    c.res.headers.set('X-Served-By', instance);
    const { status } = c.res;
    // The answer goes out first.
    setImmediate(() => {
      observe?.(status, queue, service);
      log.info(
        { method, path, status, queue, service },
        `${method} ${path} ${status}, waited ${queue.toFixed()} ms, served ${service.toFixed()} ms`,
      );
    });
  };
}

/** The path as it was asked for, still encoded: `%0a` must not begin a new line in the log. */
function pathOf(url: string): string {
  return url.slice(url.indexOf('/', 'https://'.length));
}
