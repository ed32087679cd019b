/**
 * Free ports for servers that may restart.
 * @module
 */
import getPort, { portNumbers } from 'get-port';

/**
 * Below the ephemeral ports (32768 and up on Linux, 49152 and up elsewhere). A client that connects to an ephemeral
 * port while its server is down may get that port as its own, connect to itself, and keep the server from restarting.
 */
const FIRST = 20_000;
const LAST = 32_767;
const PARTS = 256;

/** Resolves to a free port: `preferred` if that is free. */
export async function freePort(preferred?: number): Promise<number> {
  // Between this check and the use of a port, another process must not get the same one. Processes that run at the same
  // time mostly have process ids close to each other, so each starts its search in a part of the range of its own.
  const from = FIRST + (process.pid % PARTS) * Math.floor((LAST - FIRST) / PARTS);
  const ports = [...portNumbers(from, LAST), ...portNumbers(FIRST, from)];
  return getPort({ port: preferred === undefined ? ports : [preferred, ...ports] });
}
