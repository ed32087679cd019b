import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '@dockercoins/common/service/listen';
import { badClients } from '../../test/support/bad-clients.ts';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import {
  METHODS,
  requestOf,
  sendAndLeave,
  WAYS_TO_LEAVE,
} from '../../test/support/leaving-clients.ts';
import { until } from '../../tools/stack/until.ts';
import { Broadcast } from './broadcast.ts';

const MIB = 1_048_576;

/** A few frames fill all buffers of the system. */
const FRAME = 'x'.repeat(4 * MIB);

const NEVER_READS = { sends: 'GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n', reads: false };

const dashboard = await startTestDashboard();
afterAll(() => dashboard[Symbol.asyncDispose]());

const serve = (broadcast: Broadcast) => listen(dashboard.create({ broadcast }), '127.0.0.1', 0);

describe('a viewer that never reads', () => {
  test('has one frame buffered, not all of them', async () => {
    const broadcast = new Broadcast();
    await using server = await serve(broadcast);
    const sockets: Socket[] = [];
    server.server.on('connection', (socket) => sockets.push(socket));
    using deaf = await badClients(server.port, 10, NEVER_READS);
    await until('all viewers are connected', () => sockets.length === 10);
    const { body } = await fetch(`http://127.0.0.1:${server.port}/api/events`);
    let received = 0;
    const counter = new WritableStream<Uint8Array>({
      write: (chunk) => void (received += chunk.length),
    });
    const reading = body?.pipeTo(counter);
    for (let n = 1; n <= 6; n++) {
      await until('the viewer that reads has another frame', () => {
        broadcast.send(FRAME); // again, if it was not ready yet for the one before
        return received >= n * FRAME.length;
      });
    }
    const buffered = sockets.map(({ writableLength }) => writableLength);
    expect(Math.max(...buffered)).toBeLessThan(2 * FRAME.length);
    expect(deaf.connected()).toBe(10);
    broadcast.end();
    await reading;
  });

  test('delays shutdown by less than 3 s', async () => {
    const broadcast = new Broadcast();
    const server = await serve(broadcast);
    broadcast.send('x'.repeat(8 * MIB));
    const connected = once(server.server, 'connection') as Promise<[Socket]>;
    using deaf = await badClients(server.port, 1, NEVER_READS);
    const [socket] = await connected;
    await until('the send buffer is full', () => socket.writableNeedDrain);
    expect(deaf.connected()).toBe(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    broadcast.end();
    const closed = server[Symbol.asyncDispose]();
    expect(socket.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(3000);
    await closed;
  });
});

/** Every path of the dashboard, with its parameters filled in. */
const PATHS = new Set([
  '/nothing',
  ...dashboard.create().routes.map(({ path }) => path.replaceAll(/:\w+|\*/g, 'x')),
]);

const [, [, inTheMiddle]] = WAYS_TO_LEAVE as [never, (typeof WAYS_TO_LEAVE)[0]];

/** Sends each text over a connection of its own, and leaves. Fails if a connection or a viewer stays. */
async function expectNothingStays(texts: string[], leave: (socket: Socket) => unknown) {
  const broadcast = new Broadcast();
  broadcast.send('one');
  await using server = await serve(broadcast);
  await sendAndLeave(server, texts, leave);
  await until('no viewer is left', () => {
    broadcast.send('next'); // the server notices when it sends a frame
    return broadcast.viewers === 0;
  });
}

describe('nothing stays of a client that leaves', () => {
  test.each(WAYS_TO_LEAVE)('its stream %s', async (_how, leave) => {
    await expectNothingStays([requestOf('GET', '/api/events')], leave);
  });

  test('three streams, requested at once over one connection', async () => {
    await expectNothingStays([requestOf('GET', '/api/events').repeat(3)], inTheMiddle);
  });

  test.each(METHODS)('the response to %s, at any path', async (method) => {
    const requests = [...PATHS].map((path) => requestOf(method, path));
    await expectNothingStays(requests, inTheMiddle);
  });
});

test('HEAD of the stream is answered at once and counts no viewer', async () => {
  const broadcast = new Broadcast();
  const response = await dashboard.create({ broadcast }).request('/api/events', { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(broadcast.viewers).toBe(0);
});
