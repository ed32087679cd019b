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

let claim: Promise<Server | undefined> | undefined;

/** Resolves to a free port: `preferred` if that is free. */
export async function freePort(preferred?: number): Promise<number> {
  const server = await (claim ??= claimPart(process.pid));
  const from = server ? portOf(server) : FIRST;
  const ports = [...portNumbers(from, LAST), ...portNumbers(FIRST, from)];
  return getPort({ port: preferred === undefined ? ports : [preferred, ...ports] });
}

/**
 * Claims a part of the range for a process: between the check whether a port is free and its use, another process must not
 * get the same one. A part belongs to whoever listens on its first port. A process that needs more ports than its part has goes
 * on in the next one, without a claim.
 * @returns the server on that port, which does not keep the process running; undefined if every part is taken
 */
export async function claimPart(pid: number): Promise<Server | undefined> {
  for (let n = 0; n < PARTS; n++) {
    const server = createServer((socket) => socket.destroy()).unref();
    server.listen(FIRST + ((pid + n) % PARTS) * PER_PART, '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch {
      // The part belongs to another process, or the system reserves that port.
    }
  }
  return undefined;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
