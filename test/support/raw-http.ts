/**
 * Malformed HTTP as bytes on a socket, for property-based tests.
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { fc } from '@fast-check/vitest';

const requestLines = fc.constantFrom(
  ...['GET / HTTP/1.1', 'GET /32 HTTP/1.1', 'HEAD /32 HTTP/1.1', 'POST / HTTP/1.1'],
  'GET / HTTP/1.0',
  ...['GET // HTTP/1.1', 'GET /%zz HTTP/1.1', 'GET http://a/32 HTTP/1.1', 'GET http: HTTP/1.1'],
  ...['OPTIONS * HTTP/1.1', 'CONNECT a:1 HTTP/1.1', 'TRACE / HTTP/1.1', 'GET \\ HTTP/1.1'],
  ...['GET /', 'GET / HTTP/2.0', 'GET / HTTP/9', 'FETCH / HTTP/1.1', 'PRI * HTTP/2.0', ' ', ''],
);

const headerLines = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('Host: a', 'Connection: close') },
  fc.constantFrom('Content-Length: 3', 'Content-Length: 9', 'Content-Length: -1'),
  fc.constantFrom('Content-Length: 1e3', 'Content-Length: 99999999999999999999', 'Expect: x'),
  fc.constantFrom('Transfer-Encoding: chunked', 'Transfer-Encoding: x', 'Expect: 100-continue'),
  fc.constantFrom('Upgrade: websocket', 'Connection: upgrade', 'Host: a b', 'Host:', 'Host: a\\b'),
  fc.constantFrom('no colon', ': no name', ' folded', 'A: \0', 'A: \x7f', 'Range: bytes=5-1'),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `X-Long: ${'x'.repeat(length)}`),
  fc.integer({ min: 1, max: 2000 }).map((count) => Array(count).fill('A: b').join('\r\n')),
);

const bodies = fc.constantFrom(
  ...['', 'abc', 'abcdefghi', '3\r\nabc\r\n0\r\n\r\n', '3\r\nabc\r\n'],
  ...['zz\r\nabc', '-3\r\nabc\r\n'],
  ...['3\r\nabcdef', 'ffffffffffffffffff\r\n', '3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\n', '0\r\n\r\n'],
);

const message = fc
  .tuple(requestLines, fc.array(headerLines, { maxLength: 5 }), bodies)
  .map(([line, headers, body]) => [line, ...headers, '', body].join('\r\n'));

/** One to four messages in one write, a truncated message, or random bytes; as a latin1 string. */
export const anyBytes = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(message, { minLength: 1, maxLength: 4 })
      .map((messages) => messages.join('')),
  },
  fc.tuple(message, fc.nat({ max: 200 })).map(([text, length]) => text.slice(0, length)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

/**
 * Sends a latin1 string as bytes and resolves to the response once the connection is closed: by this client right after
 * sending if `hangUp`, otherwise by the server.
 */
export async function sendBytes(port: number, bytes: string, hangUp: boolean): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.on('error', () => undefined); // the server may reset the connection
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  if (hangUp) socket.write(bytes, 'latin1', () => socket.destroy());
  else socket.end(bytes, 'latin1');
  await closed;
  return Buffer.concat(received).toString('latin1');
}
