/**
 * Clients that hold a connection and do nothing good with it.
 * @module
 */
import { once } from 'node:events';
import { Socket } from 'node:net';

export interface BadClients extends Disposable {
  /** How many are still connected; those that never read do not notice the end. */
  connected: () => number;
}

export interface BadManners {
  /** All that a client sends. */
  sends?: string;
  reads?: boolean;
}

/** Connects so many clients of these manners. */
export async function badClients(
  port: number,
  count: number,
  manners: BadManners = {},
): Promise<BadClients> {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(port, manners)));
  return {
    connected: () => sockets.filter((socket) => !socket.destroyed).length,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function open(port: number, { sends = '', reads = true }: BadManners): Promise<Socket> {
  const socket = new Socket();
  socket.on('error', () => undefined); // the service may hang up
  if (reads) socket.resume();
  else socket.pause();
  await once(socket.connect(port, '127.0.0.1'), 'connect');
  socket.write(sends);
  return socket;
}
