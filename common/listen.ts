/**
 * An HTTP server for an app, with a stop that lets running requests finish.
 * @module
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

/** What answers requests. */
export type App = Pick<Hono, 'fetch'>;

/** A server that listens. Disposing of it takes no new connection and waits for running requests. */
export interface Listening extends AsyncDisposable {
  port: number;
  server: Server;
}

/**
 * So long a client may take to send the head of a request and all of it (ms); then it is answered
 * 408 and hung up on. By default Node.js waits for 60 s and for 5 minutes, and looks every 30 s:
 * a thousand clients that send half a head each hold a thousand connections for so long. The time
 * that an answer takes, or a place in rng's queue, does not count.
 */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
};

/**
 * Listens on `host` ('' = all, IPv6 and IPv4) and `port` (0 = any free one).
 * @throws {Error} that names the address, where it is taken or may not be used
 */
export async function listen(app: App, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    hostname: 'localhost', // for clients of HTTP/1.0, which need not send the header `Host`
    serverOptions: TIMEOUTS,
  }) as Server;
  server.listen(host === '' ? { port } : { host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`cannot listen on ${host}:${port}: ${explain(cause)}`, { cause });
  }
  return {
    port: (server.address() as AddressInfo).port,
    server,
    [Symbol.asyncDispose]: () => close(server),
  };
}

function explain(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return 'another program listens there';
  if (code === 'EACCES') return 'this user may not listen there';
  return (cause as Error).message;
}

/** Connections that turn idle after the stop began are closed too, instead of after their keep-alive. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  await closed;
  clearInterval(timer);
}
