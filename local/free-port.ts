/**
 * Free ports for servers that may restart.
 * @module
 */
import { randomInt } from 'node:crypto';
import getPort, { portNumbers } from 'get-port';

/**
 * Below the ephemeral ports (32768 and up on Linux, 49152 and up elsewhere). A client that connects to an ephemeral
 * port while its server is down may get that port as its own, connect to itself, and keep the server from restarting.
 */
const FIRST = 20_000;
const LAST = 32_767;

/** Resolves to a free port: `preferred` if that is free. */
export async function freePort(preferred?: number): Promise<number> {
  // Starts at random, so that concurrent processes rarely get the same port.
  const from = randomInt(FIRST, LAST - 1000);
  const ports = [...portNumbers(from, LAST)];
  return getPort({ port: preferred === undefined ? ports : [preferred, ...ports] });
}
