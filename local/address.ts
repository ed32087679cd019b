/**
 * The host at which a server is reachable on this machine, given the address it listens on.
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const ALL_ADDRESSES = ['', '0.0.0.0', '::'];

/** Returns the host for a URL, for example `127.0.0.1` or `[::1]`. */
export function hostOf(listenHost: string): string {
  if (ALL_ADDRESSES.includes(listenHost)) return '127.0.0.1';
  return listenHost.includes(':') ? `[${listenHost}]` : listenHost;
}

/** Like {@link hostOf}, but with `localhost` for 127.0.0.1. */
export function shownHostOf(listenHost: string): string {
  const host = hostOf(listenHost);
  return host === '127.0.0.1' ? 'localhost' : host;
}

/** @throws {Error} if no server can listen on that address, or it cannot be part of a URL */
export async function checkListenHost(listenHost: string): Promise<void> {
  const problem = URL.canParse(`http://${hostOf(listenHost)}/`)
    ? await listenProblem(listenHost)
    : 'not valid in a URL';
  if (problem === undefined) return;
  throw new Error(
    `LISTEN_HOST: expected an address of this machine, found "${listenHost}" (${problem})`,
  );
}

async function listenProblem(host: string): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(host === '' ? { port: 0 } : { host, port: 0 });
    await once(server, 'listening');
    return undefined;
  } catch (err) {
    return (err as Error).message;
  } finally {
    server.close();
  }
}
