import '../test/support/properties.ts';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fc, test } from '@fast-check/vitest';
import { afterAll, expect } from 'vitest';
import { Delay } from '@dockercoins/common/delay';
import { silentLog as log } from '../tools/stack/log.ts';
import { createDispatcher } from './upstream/http.ts';
import { mine, type Loop } from './mine.ts';
import { Upstream } from './upstream/upstream.ts';
import { UpstreamError } from './upstream/errors.ts';

interface Reply {
  bytes: string;
  then: 'keep' | 'end' | 'reset';
}

/** How the server below responds to the next GET and POST. */
let replies: Record<'GET' | 'POST', Reply>;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const { bytes, then } = replies[String(chunk).startsWith('GET') ? 'GET' : 'POST'];
    socket.write(bytes, 'latin1', () => {
      if (then === 'end') socket.end();
      if (then === 'reset') socket.destroy();
    });
  });
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const dispatcher = createDispatcher();
const upstream = new Upstream({ origins: [origin], timeoutMs: 100, dispatcher, log });
afterAll(async () => {
  await dispatcher.destroy();
  server.close();
});

const statusLine = fc.oneof(
  { weight: 5, arbitrary: fc.constant('HTTP/1.1 200 OK') },
  fc.integer({ min: 0, max: 1100 }).map((status) => `HTTP/1.1 ${status} x`),
  fc.constantFrom('HTTP/1.0 200 OK', 'HTTP/1.1', 'HTTP/9 200', 'ICY 200 OK', '200', ''),
);
const header = fc.oneof(
  fc.constantFrom('Transfer-Encoding: chunked', 'Content-Length: 32', 'Content-Length: x'),
  fc.constantFrom(
    'Content-Encoding: gzip',
    'Connection: close',
    'Connection: upgrade',
    'Upgrade: h2c',
  ),
  fc.constantFrom('X-Served-By: rng', 'X-Served-By: \xff', 'X-Served-By:', 'no colon', ' folded'),
  fc.constantFrom(
    'Server-Timing: service;dur=1e999',
    `Server-Timing: slots;desc="${'9'.repeat(400)}"`,
  ),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `X-Long: ${'x'.repeat(length)}`),
);
const body = fc.oneof(
  fc.constantFrom(
    'x'.repeat(32),
    'a'.repeat(64),
    'A'.repeat(64),
    `${'a'.repeat(64)}\n`,
    '',
    '0\r\n\r\n',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const response = fc
  .tuple(statusLine, fc.array(header, { maxLength: 3 }), body, fc.boolean())
  .map(([line, headers, text, tells]) => {
    const length = tells ? [`Content-Length: ${text.length}`] : [];
    return [line, ...length, ...headers, '', text].join('\r\n');
  });
const reply = (right: string): fc.Arbitrary<Reply> =>
  fc.record({
    bytes: fc.oneof(
      response,
      fc.constant(`HTTP/1.1 200 OK\r\nContent-Length: ${right.length}\r\n\r\n${right}`),
    ),
    then: fc.constantFrom('end', 'end', 'reset', 'keep'),
  });

test.prop([reply('x'.repeat(32)), reply('0'.repeat(64))])(
  'whatever rng and hasher send, the result is a valid loop or an UpstreamError',
  async (GET, POST) => {
    replies = { GET, POST };
    const options = { rng: upstream, hasher: upstream, work: new Delay(0) };
    const loop = await mine(options, new AbortController().signal).catch((err: unknown) => err);
    if (loop instanceof UpstreamError) {
      expect(loop.message).toMatch(/^(GET|POST) http:\/\/127\.0\.0\.1:\d+\/(32)?: ./);
      return;
    }
    const { bytes, hash, stages } = loop as Loop;
    expect(bytes).toHaveLength(32);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    for (const ms of Object.values(stages)) expect(ms).toBeGreaterThanOrEqual(0);
  },
);
