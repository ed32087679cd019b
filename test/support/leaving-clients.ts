/**
 * Clients that leave at every moment of a request.
 * @module
 */
import { connect, type Socket } from 'node:net';
import type { Listening } from '@dockercoins/common/service/listen';
import { until } from '../../tools/stack/until.ts';

/** A method that the parser of Node.js does not know, and answers with 400. */
export const UNKNOWN = 'BREW';

export const METHODS = [
  ...['GET', 'HEAD', 'OPTIONS', 'TRACE', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', UNKNOWN],
];

/** How a client may end a connection once its request has arrived. */
export const WAYS_TO_LEAVE: [string, (socket: Socket) => unknown][] = [
  ['before the response', (socket) => socket.destroy()],
  ['in the middle of it', (socket) => socket.once('data', () => socket.destroy())],
  ['with a reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ['with a reset before the response', (socket) => socket.resetAndDestroy()],
  ['in two steps', (socket) => socket.end().once('data', () => socket.destroy())],
];

/** A request without a body. */
export const requestOf = (method: string, path: string) =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`;

/** Sends each text over a connection of its own, and leaves. Resolves once the server has closed all connections. */
export async function sendAndLeave(
  { server, port }: Listening,
  texts: string[],
  leave: (socket: Socket) => unknown,
): Promise<void> {
  const served: Socket[] = [];
  const keep = (socket: Socket) => void served.push(socket);
  server.on('connection', keep);
  const sockets = texts.map((text) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    return socket.on('error', () => undefined);
  });
  const length = texts.join('').length;
  await until('all requests have arrived', () => total(served) === length);
  sockets.forEach(leave);
  await until('all connections are closed', () => served.every(({ destroyed }) => destroyed));
  server.off('connection', keep);
}

const total = (sockets: Socket[]) => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
