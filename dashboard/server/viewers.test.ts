import type { Socket } from 'node:net';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { listen } from '@dockercoins/common/listen';
import { badClients } from '../../test/support/bad-clients.ts';
import { silentLog as log } from '../../test/support/log.ts';
import { until } from '../../test/support/until.ts';
import { createApp } from './app.ts';
import { Broadcast } from './broadcast.ts';

const MIB = 1_048_576;

test('for a viewer who never reads one message is kept, not all', async () => {
  const broadcast = new Broadcast();
  const redis = new Redis({ lazyConnect: true }); // not used by this route
  const parts = { redis, board: new Hono(), queueRoutes: new Hono(), password: undefined };
  await using server = await listen(
    createApp({ ...parts, broadcast, pageDir: import.meta.dirname, log }),
    '127.0.0.1',
    0,
  );
  const sockets: Socket[] = [];
  server.server.on('connection', (socket) => sockets.push(socket));
  using deaf = await badClients(server.port, 10, {
    sends: 'GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n',
    reads: false,
  });
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
