import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { badClients } from '../../test/support/bad-clients.ts';
import { recordingLog } from '../../tools/stack/log.ts';
import { sendBytes } from '../../test/support/raw-http.ts';
import { until } from '../../tools/stack/until.ts';
import { listen, type App } from './listen.ts';

/** More than the operating system buffers for a client that does not read. */
const LARGE = 32 * 1_048_576;

/** Longer than any test: a shutdown that waits for it fails. */
const NEVER_MS = 3_600_000;

/** Listens on a free port. Its shutdown aborts nothing. */
const serve = (app: App) => listen(app, '127.0.0.1', 0, { drainMs: NEVER_MS });

/** Creates an app that responds to `GET /slow` when `finish` is called. */
function createApp() {
  const { promise, resolve: finish } = Promise.withResolvers<undefined>();
  let running = 0;
  const app = new Hono();
  app.get('/', (c) => c.text('hello'));
  app.get('/slow', async (c) => {
    running++;
    await promise;
    return c.text('at last');
  });
  return { app, finish: () => finish(undefined), isRunning: () => running > 0 };
}

async function fetchText(agent: Agent, port: number, path: string): Promise<string> {
  const [response] = (await once(get({ host: '127.0.0.1', port, path, agent }), 'response')) as [
    IncomingMessage,
  ];
  return text(response);
}

describe('a server', () => {
  test('serves its app on the reported port', async () => {
    await using server = await listen(createApp().app, '127.0.0.1', 0);
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(await response.text()).toBe('hello');
  });

  test('serves HTTP/1.0 clients that send no Host header', async () => {
    await using server = await listen(createApp().app, '127.0.0.1', 0);
    const response = await sendBytes(server.port, 'GET / HTTP/1.0\r\n\r\n', false);
    expect(response).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\nhello$/s);
  });

  test.each([
    [60_000, true],
    [70_000, false],
  ])('accepts %i bytes of cookies: %s', async (bytes, isAccepted) => {
    await using server = await listen(createApp().app, '127.0.0.1', 0);
    const request = `GET / HTTP/1.0\r\nCookie: a=${'x'.repeat(bytes)}\r\n\r\n`;
    const response = await sendBytes(server.port, request, false);
    expect(response.startsWith('HTTP/1.1 200 ')).toBe(isAccepted);
  });

  test('reports which address is in use', async () => {
    await using first = await listen(createApp().app, '127.0.0.1', 0);
    await expect(listen(createApp().app, '127.0.0.1', first.port)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${first.port}: address already in use`,
    );
  });
});

test.each(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'TRACE'])(
  'a client that disconnects aborts all its %s requests, also those sent ahead',
  async (method) => {
    const signals: AbortSignal[] = [];
    const app = new Hono();
    app.all('*', async (c) => {
      const { signal } = c.req.raw;
      signals.push(signal);
      await once(signal, 'abort');
      return c.body(null, 400);
    });
    await using server = await serve(app);
    const socket = await connected(server.port);
    socket.write(`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`.repeat(3));
    await until('all requests run', () => signals.length === 3);
    socket.destroy();
    await until('all are aborted', () => signals.every(({ aborted }) => aborted));
  },
);

describe('graceful shutdown', () => {
  test('lets running requests finish', async () => {
    const { app, finish, isRunning } = createApp();
    const server = await serve(app);
    const pending = fetch(`http://127.0.0.1:${server.port}/slow`);
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]();
    finish();
    expect(await (await pending).text()).toBe('at last');
    await stopped;
  });

  test('completes only after running requests', async () => {
    const { app, finish, isRunning } = createApp();
    const server = await serve(app);
    const events: string[] = [];
    server.server.on('request', (_request, response) =>
      response.on('finish', () => events.push('answered')),
    );
    const pending = fetch(`http://127.0.0.1:${server.port}/slow`);
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]().then(() => events.push('stopped'));
    finish();
    await Promise.all([pending, stopped]);
    expect(events).toEqual(['answered', 'stopped']);
  });

  test('refuses new connections', async () => {
    const { app, finish, isRunning } = createApp();
    const server = await serve(app);
    const pending = fetch(`http://127.0.0.1:${server.port}/slow`);
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]();
    await expect(fetchText(new Agent(), server.port, '/')).rejects.toThrow('ECONNREFUSED');
    finish();
    await pending;
    await stopped;
  });

  test('does not wait for keep-alive connections', async () => {
    using agent = closing(new Agent({ keepAlive: true }));
    const server = await serve(createApp().app);
    server.server.keepAliveTimeout = NEVER_MS;
    await fetchText(agent, server.port, '/');
    await server[Symbol.asyncDispose]();
  });

  test('closes connections once they become idle', async () => {
    using agent = closing(new Agent({ keepAlive: true }));
    const { app, finish, isRunning } = createApp();
    const server = await serve(app);
    server.server.keepAliveTimeout = NEVER_MS;
    const pending = fetchText(agent, server.port, '/slow');
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]();
    finish();
    await pending;
    await stopped;
  });

  test('closes connections without a request', async () => {
    const server = await serve(createApp().app);
    using silent = await badClients(server.port, 1);
    await server[Symbol.asyncDispose]();
    await until('the connection is closed', () => silent.connected() === 0);
  });

  test('completes a response that is being sent', async () => {
    const { app } = createApp();
    app.get('/large', (c) => c.body('x'.repeat(LARGE)));
    const server = await serve(app);
    const [accepted, socket] = await Promise.all([
      once(server.server, 'connection') as Promise<[Socket]>,
      connected(server.port),
    ]);
    socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('the response is being sent', () => accepted[0].writableLength > 0);
    const stopped = server[Symbol.asyncDispose]();
    expect((await text(socket)).length).toBeGreaterThan(LARGE);
    await stopped;
  });

  test('aborts requests that take too long and logs how many', async () => {
    const { app, finish, isRunning } = createApp();
    const { log, lines } = recordingLog();
    const server = await listen(app, '127.0.0.1', 0, { log, drainMs: 50 });
    const pending = fetch(`http://127.0.0.1:${server.port}/slow`);
    pending.catch(() => undefined);
    await until('the request runs', isRunning);
    await server[Symbol.asyncDispose]();
    await expect(pending).rejects.toThrow();
    expect(lines).toEqual(['warning: aborted 1 request still running after 50 ms\n']);
    finish();
  });
});

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

function closing(agent: Agent): Agent & Disposable {
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() });
}
