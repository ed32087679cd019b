/**
 * An HTTP server with graceful shutdown.
 * @module
 */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Server as SocketServer, type AddressInfo, type Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Logger } from '../log/log.ts';

/** Handles requests. */
export type App = Pick<Hono, 'fetch'>;

export interface ListenOptions {
  /** Receives a warning if the shutdown aborts requests. */
  log?: Logger;
  /** How long the shutdown waits for running requests (ms). */
  drainMs?: number;
}

/** A listening server. Disposal refuses new connections and waits for running requests, up to `drainMs`. */
export interface Listening extends AsyncDisposable {
  port: number;
  server: Server;
}

/**
 * How long a client may take to send the headers and the whole request (ms) before it gets a 408 and the connection
 * is closed. With Node.js' defaults (60 s, 5 min, checked every 30 s), clients that send half a request would hold
 * their connections much longer. Waiting in rng's queue and producing the response do not count.
 */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
};

/**
 * The size of all headers of a request (bytes). Browsers send the cookies of every application on `localhost` to each port of
 * it, and those of several exceed Node.js' default of 16 KiB.
 */
const MAX_HEADER_BYTES = 65_536;

/** Enough for 20 requests in rng's queue, and well below the deadline for the whole shutdown. */
const DRAIN_MS = 2000;

/** How often a draining server checks for idle connections (ms). */
const SWEEP_MS = 20;

/** The latest response on each open connection; undefined before the first request. */
type Responses = Map<Socket, ServerResponse | undefined>;

/**
 * Serves an app on `host` ('' = all addresses, IPv6 and IPv4) and `port` (0 = any free port).
 * @throws {Error} with the address and the reason if it cannot listen
 */
export async function listen(
  app: App,
  host: string,
  port: number,
  { log, drainMs = DRAIN_MS }: ListenOptions = {},
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    hostname: 'localhost', // for HTTP/1.0 clients, which may omit the `Host` header
    serverOptions: { ...TIMEOUTS, maxHeaderSize: MAX_HEADER_BYTES },
  }) as Server;
  const responses: Responses = new Map();
  server.on('connection', (socket: Socket) => {
    responses.set(socket, undefined);
    socket.once('close', () => responses.delete(socket));
  });
  server.on('request', ({ socket }, response) => responses.set(socket, response));
  server.listen(host === '' ? { port } : { host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`cannot listen on ${host}:${port}: ${explain(cause)}`, { cause });
  }
  return {
    port: (server.address() as AddressInfo).port,
    server,
    [Symbol.asyncDispose]: () => close(server, responses, drainMs, log),
  };
}

function explain(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return 'address already in use';
  if (code === 'EACCES') return 'permission denied';
  return (cause as Error).message;
}

/**
 * Closes each connection once it is idle and, after `drainMs`, all others, because an incomplete request
 * body or an unread event stream would keep the server open.
 */
async function close(
  server: Server,
  responses: Responses,
  drainMs: number,
  log: Logger | undefined,
): Promise<void> {
  const closed = once(server, 'close');
  // http's own close() would also cut off responses that are written but not yet sent.
  SocketServer.prototype.close.call(server);
  const sweep = setInterval(() => {
    for (const [socket, response] of responses) if (isIdle(response)) socket.destroy();
  }, SWEEP_MS);
  const deadline = setTimeout(() => {
    const running = [...responses.values()].filter((response) => !isIdle(response)).length;
    const requests = running === 1 ? '1 request' : `${running} requests`;
    if (running > 0) log?.warn(`aborted ${requests} still running after ${drainMs} ms`);
    server.closeAllConnections();
  }, drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function isIdle(response: ServerResponse | undefined): boolean {
  return response === undefined || response.writableFinished;
}
