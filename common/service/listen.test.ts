import { Agent, get } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { badClients } from '../../testing/bad-clients.ts';
import { recordingLog } from '../../testing/log.ts';
import { sendBytes } from '../../testing/raw-http.ts';
import { until } from '../../testing/until.ts';
import { listen } from './listen.ts';

/** More than the system keeps for a client that does not read. */
const LARGE = 32 * 1_048_576;

/** An app whose `GET /slow` answers when `finish` is called. */
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

async function ask(agent: Agent, port: number, path: string): Promise<string> {
  const [answer] = (await once(get({ host: '127.0.0.1', port, path, agent }), 'response')) as [
    IncomingMessage,
  ];
  return text(answer);
}

describe('a server', () => {
  test('serves its app on the port that it tells', async () => {
    await using server = await listen(createApp().app, '127.0.0.1', 0);
    const answer = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(await answer.text()).toBe('hello');
  });

  test('serves a client of HTTP/1.0, which need not say for whom the request is', async () => {
    await using server = await listen(createApp().app, '127.0.0.1', 0);
    const answer = await sendBytes(server.port, 'GET / HTTP/1.0\r\n\r\n', false);
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\nhello$/s);
  });

  test('says which address is taken', async () => {
    await using first = await listen(createApp().app, '127.0.0.1', 0);
    await expect(listen(createApp().app, '127.0.0.1', first.port)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${first.port}: another program listens there`,
    );
  });
});

describe('a server that stops', () => {
  test('lets a running request finish', async () => {
    const { app, finish, isRunning } = createApp();
    const server = await listen(app, '127.0.0.1', 0);
    const asking = fetch(`http://127.0.0.1:${server.port}/slow`);
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]();
    finish();
    expect(await (await asking).text()).toBe('at last');
    await stopped;
  });

  test('is not stopped before that', async () => {
    const { app, finish, isRunning } = createApp();
    const server = await listen(app, '127.0.0.1', 0);
    const ends: string[] = [];
    const asking = fetch(`http://127.0.0.1:${server.port}/slow`).then(() => ends.push('answered'));
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]().then(() => ends.push('stopped'));
    finish();
    await Promise.all([asking, stopped]);
    expect(ends).toEqual(['answered', 'stopped']);
  });

  test('takes no new connection', async () => {
    const { app, finish, isRunning } = createApp();
    const server = await listen(app, '127.0.0.1', 0);
    const asking = fetch(`http://127.0.0.1:${server.port}/slow`);
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]();
    await expect(ask(new Agent(), server.port, '/')).rejects.toThrow('ECONNREFUSED');
    finish();
    await asking;
    await stopped;
  });

  test('does not wait for connections that are kept alive', async () => {
    using agent = closing(new Agent({ keepAlive: true }));
    const server = await listen(createApp().app, '127.0.0.1', 0);
    server.server.keepAliveTimeout = 60_000;
    await ask(agent, server.port, '/');
    await server[Symbol.asyncDispose]();
  });

  test('closes a connection that turns idle meanwhile', async () => {
    using agent = closing(new Agent({ keepAlive: true }));
    const { app, finish, isRunning } = createApp();
    const server = await listen(app, '127.0.0.1', 0);
    server.server.keepAliveTimeout = 60_000;
    const asking = ask(agent, server.port, '/slow');
    await until('the request runs', isRunning);
    const stopped = server[Symbol.asyncDispose]();
    finish();
    await asking;
    await stopped;
  });

  test('hangs up on a connection without a request', async () => {
    const server = await listen(createApp().app, '127.0.0.1', 0, { drainMs: 60_000 });
    using silent = await badClients(server.port, 1);
    await server[Symbol.asyncDispose]();
    await until('it has hung up', () => silent.connected() === 0);
  });

  test('sends the whole of an answer that is on its way', async () => {
    const { app } = createApp();
    app.get('/large', (c) => c.body('x'.repeat(LARGE)));
    const server = await listen(app, '127.0.0.1', 0);
    const [accepted, socket] = await Promise.all([
      once(server.server, 'connection') as Promise<[Socket]>,
      connected(server.port),
    ]);
    socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('the answer is on its way', () => accepted[0].writableLength > 0);
    const stopped = server[Symbol.asyncDispose]();
    expect((await text(socket)).length).toBeGreaterThan(LARGE);
    await stopped;
  });

  test('cuts short what takes too long, and says so', async () => {
    const { app, finish, isRunning } = createApp();
    const { log, lines } = recordingLog();
    const server = await listen(app, '127.0.0.1', 0, { log, drainMs: 50 });
    const asking = fetch(`http://127.0.0.1:${server.port}/slow`);
    asking.catch(() => undefined);
    await until('the request runs', isRunning);
    await server[Symbol.asyncDispose]();
    await expect(asking).rejects.toThrow();
    expect(lines).toEqual(['warning: requests still running after 50 ms were cut short: 1\n']);
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
