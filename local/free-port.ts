/**
 * Free ports for servers that may restart.
 * @module
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import getPort, { portNumbers } from 'get-port';

/**
 * Below the ephemeral ports (32768 and up on Linux, 49152 and up elsewhere). A client that connects to an ephemeral
 * port while its server is down may get that port as its own, connect to itself, and keep the server from restarting.
 */
const FIRST = 20_000;
const LAST = 32_767;
const PARTS = 64;
const PER_PART = Math.floor((LAST - FIRST + 1) / PARTS);

let part: Promise<Server> | undefined;

/** Resolves to a free port: `preferred` if that is free. */
export async function freePort(preferred?: number): Promise<number> {
  const from = portOf(await (part ??= claimPart(process.pid)));
  const ports = [...portNumbers(from, LAST), ...portNumbers(FIRST, from)];
  return getPort({ port: preferred === undefined ? ports : [preferred, ...ports] });
}

/**
 * Claims a part of the range for a process: between the check whether a port is free and its use, another process must not
 * get the same one. A part belongs to whoever listens on its first port.
 * @returns the server on that port, which does not keep the process running
 * @throws {Error} if every part is taken
 */
export async function claimPart(pid: number): Promise<Server> {
  for (let n = 0; n < PARTS; n++) {
    const server = createServer((socket) => socket.destroy()).unref();
    server.listen(FIRST + ((pid + n) % PARTS) * PER_PART, '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch {
      // It belongs to another process.
    }
  }
  throw new Error(`no part of the ports ${FIRST} to ${LAST} is free`);
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
