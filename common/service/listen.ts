/**
 * An HTTP server for an app, with a stop that lets running requests finish.
 * @module
 */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Server as SocketServer, type AddressInfo, type Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Logger } from './log.ts';

/** What answers requests. */
export type App = Pick<Hono, 'fetch'>;

export interface ListenOptions {
  /** Warned about requests that a stop cuts short. */
  log?: Logger;
  /** How long a stop waits for running requests (ms). */
  drainMs?: number;
}

/** A server that listens. Disposing of it refuses new connections and waits for running requests, up to `drainMs`. */
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

/** Enough for a queue of 20 at rng, and well below the deadline for the whole stop. */
const DRAIN_MS = 2000;

/** How often a draining server looks for connections that have become idle (ms). */
const SWEEP_MS = 20;

/** The latest answer on each open connection; undefined before its first request. */
type Answers = Map<Socket, ServerResponse | undefined>;

/**
 * Listens on `host` ('' = all, IPv6 and IPv4) and `port` (0 = any free one).
 * @throws {Error} naming the address if it is taken or forbidden
 */
export async function listen(
  app: App,
  host: string,
  port: number,
  { log, drainMs = DRAIN_MS }: ListenOptions = {},
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    hostname: 'localhost', // for clients of HTTP/1.0, which need not send the header `Host`
    serverOptions: TIMEOUTS,
  }) as Server;
  const answers: Answers = new Map();
  server.on('connection', (socket: Socket) => {
    answers.set(socket, undefined);
    socket.once('close', () => answers.delete(socket));
  });
  server.on('request', ({ socket }, answer) => answers.set(socket, answer));
  server.listen(host === '' ? { port } : { host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`cannot listen on ${host}:${port}: ${explain(cause)}`, { cause });
  }
  return {
    port: (server.address() as AddressInfo).port,
    server,
    [Symbol.asyncDispose]: () => close(server, answers, drainMs, log),
  };
}

function explain(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return 'another program listens there';
  if (code === 'EACCES') return 'this user may not listen there';
  return (cause as Error).message;
}

/**
 * Closes connections as they become idle and, after `drainMs`, all others: a half-sent body or an
 * unread event stream would keep the server open.
 */
async function close(
  server: Server,
  answers: Answers,
  drainMs: number,
  log: Logger | undefined,
): Promise<void> {
  const closed = once(server, 'close');
  // Not http's own close(): it also hangs up on answers that are written but still being sent.
  SocketServer.prototype.close.call(server);
  const sweep = setInterval(() => {
    for (const [socket, answer] of answers) if (isIdle(answer)) socket.destroy();
  }, SWEEP_MS);
  const deadline = setTimeout(() => {
    const cut = [...answers.values()].filter((answer) => !isIdle(answer)).length;
    if (cut > 0) log?.warn(`requests still running after ${drainMs} ms were cut short: ${cut}`);
    server.closeAllConnections();
  }, drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function isIdle(answer: ServerResponse | undefined): boolean {
  return answer === undefined || answer.writableFinished;
}
