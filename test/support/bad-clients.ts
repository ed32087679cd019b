/**
 * Misbehaving clients that hold connections open, and requests that they begin and never finish.
 * @module
 */
import { once } from 'node:events';
import { Socket } from 'node:net';

/** Ends inside the headers. */
export const HALF_A_HEAD = 'GET / HTTP/1.1\r\nHost: a\r\nX-Half: ';

/** Ends halfway through a body of this many bytes. */
export function halfABody(bytes: number): string {
  return `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes / 2)}`;
}

export interface BadClients extends Disposable {
  /** Number of clients still connected. Clients that never read do not notice when the service closes the connection. */
  connected: () => number;
}

export interface ClientBehavior {
  /** Everything a client sends, right after it connects; nothing by default. */
  sends?: string;
  /** Whether a client reads what it receives; true by default. */
  reads?: boolean;
}

/** Connects `count` clients to a port of 127.0.0.1. Disposing of them closes their connections. */
export async function badClients(
  port: number,
  count: number,
  behavior: ClientBehavior = {},
): Promise<BadClients> {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(port, behavior)));
  return {
    connected: () => sockets.filter((socket) => !socket.destroyed).length,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function open(port: number, { sends = '', reads = true }: ClientBehavior): Promise<Socket> {
  const socket = new Socket();
  socket.on('error', () => undefined); // the service may reset the connection
  if (reads) socket.resume();
  else socket.pause();
  await once(socket.connect(port, '127.0.0.1'), 'connect');
  socket.write(sends);
  return socket;
}
