/**
 * Ports for servers that may go and come back.
 * @module
 */
import { randomInt } from 'node:crypto';
import getPort, { portNumbers } from 'get-port';

/**
 * The ports below those from which systems make outgoing connections (32768 and up on Linux, 49152 elsewhere).
 * Above, who tries to reach a server that is away may be given the server's own port, reach itself, and
 * keep the server from coming back.
 */
const FIRST = 20_000;
const LAST = 32_767;

/** A port that nobody uses: `preferred` if that is free. */
export async function freePort(preferred?: number): Promise<number> {
  // Beginning anywhere, so that two processes that ask at once do not get the same one.
  const from = randomInt(FIRST, LAST - 1000);
  const ports = [...portNumbers(from, LAST)];
  return getPort({ port: preferred === undefined ? ports : [preferred, ...ports] });
}
