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

/** Returns the path of the socket. A relative `dir` keeps it short: Unix allows about 100 characters. */
export const socketPath = (dir: string) => join(dir, 'control.sock');

/** Only the owner may read and write. */
const OWNER_ONLY = 0o177;

const DRAIN_MS = 1000;

/**
 * Serves `app` on the socket in `dir`, which this process has locked. Disposal gives responses a second to end.
 * @throws {Error} if the file system has no sockets, or the path is too long
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
