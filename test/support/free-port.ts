/**
 * Free ports for servers that a test stops and starts again.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import getPort from 'get-port';

/** Below the range from which `local/free-port.ts` chooses: no stack gets a port while a test keeps it unused. */
const FIRST = 10_000;
const COUNT = 10_000;
/** Files that run at the same time have ports of their own, by the number of their worker; the global setup has number 0. */
const PARTS = 100;
const PER_PART = COUNT / PARTS;

const first = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % PARTS) * PER_PART;
let used = process.pid % PER_PART; // not at once those of the worker's last file

/** Resolves to a port that no other test of this run gets while this one runs: the first of `count` such ports in a row. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const port = first + (used % (PER_PART - count + 1));
    used += count;
    const expected = Array.from({ length: count }, (_, n) => port + n);
    const free = await Promise.all(expected.map((port) => getPort({ port })));
    if (isDeepStrictEqual(free, expected)) return port;
  }
}
