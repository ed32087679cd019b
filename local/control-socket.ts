/**
 * The Unix socket through which other commands reach a running `npm start`.
 * @module
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

/** No stack runs, or it did not do what was asked; the message says why. */
export class ControlError extends Error {
  override name = 'ControlError';
}

/** No stack uses this LOCAL_DIR. */
export class NoStackError extends ControlError {
  override name = 'NoStackError';
}

/** How long the path of a Unix socket may be (bytes): `sun_path` in `sys/un.h`, without the zero at its end. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/** Returns the path of the socket. @throws {ControlError} if it is too long; a relative `dir` keeps it short */
export function socketPath(dir: string): string {
  const path = join(dir, 'control.sock');
  const excess = Buffer.byteLength(path) - MAX_PATH_BYTES;
  if (excess <= 0) return path;
  throw new ControlError(`LOCAL_DIR is ${excess} bytes too long for the path of a socket: ${dir}`);
}

/** Only the owner may read and write. */
const OWNER_ONLY = 0o177;

const DRAIN_MS = 1000;

/**
 * Serves `app` on the socket in `dir`, which this process has locked. Disposal gives responses a second to end.
 * @throws {Error} if the file system has no sockets
 * @throws {ControlError} if the path is too long
 */
export async function serveControl(app: Hono, dir: string): Promise<AsyncDisposable> {
  const path = socketPath(dir);
  await rm(path, { force: true }); // left behind by a process that was killed
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const listening = once(server, 'listening');
  const mask = process.umask(OWNER_ONLY);
  try {
    server.listen(path); // creates the socket at once
  } finally {
    process.umask(mask);
  }
  await listening;
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(deadline);
    },
  };
}
