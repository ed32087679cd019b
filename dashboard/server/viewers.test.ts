import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { listen } from '@dockercoins/common/service/listen';
import { badClients } from '../../testing/bad-clients.ts';
import { silentLog as log } from '../../testing/log.ts';
import { until } from '../../testing/until.ts';
import { createApp } from './app.ts';
import { Broadcast } from './broadcast.ts';

const MIB = 1_048_576;
const DEAF = { sends: 'GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n', reads: false };

async function startDashboard(broadcast: Broadcast) {
  const redis = new Redis({ lazyConnect: true }); // not used by this route
  const parts = { redis, board: new Hono(), queueRoutes: new Hono(), password: undefined };
  const app = createApp({ ...parts, broadcast, pageDir: import.meta.dirname, log });
  return listen(app, '127.0.0.1', 0);
}

test('for a viewer who never reads one message is kept, not all', async () => {
  const broadcast = new Broadcast();
  await using server = await startDashboard(broadcast);
  const sockets: Socket[] = [];
  server.server.on('connection', (socket) => sockets.push(socket));
  using deaf = await badClients(server.port, 10, DEAF);
  await until('all of them listen', () => sockets.length === 10);
  const { body } = await fetch(`http://127.0.0.1:${server.port}/api/events`);
  let read = 0;
  const counter = new WritableStream<Uint8Array>({ write: (chunk) => void (read += chunk.length) });
  const reading = body?.pipeTo(counter);
  for (let n = 1; n <= 20; n++) {
    broadcast.send('x'.repeat(MIB));
    await until('who reads has it', () => read >= n * MIB);
  }
  const kept = sockets.map(({ writableLength }) => writableLength);
  expect(Math.max(...kept)).toBeLessThan(2 * MIB);
  expect(deaf.connected()).toBe(10);
  broadcast.end();
  await reading;
});

test('a viewer who never reads does not keep the dashboard from stopping', async () => {
  const broadcast = new Broadcast();
  const server = await startDashboard(broadcast);
  broadcast.send('x'.repeat(8 * MIB));
  const accepted = once(server.server, 'connection') as Promise<[Socket]>;
  using deaf = await badClients(server.port, 1, DEAF);
  const [socket] = await accepted;
  await until('nothing more can be sent', () => socket.writableNeedDrain);
  expect(deaf.connected()).toBe(1);
  const began = performance.now();
  broadcast.end();
  await server[Symbol.asyncDispose]();
  expect(performance.now() - began).toBeLessThan(3000);
});
