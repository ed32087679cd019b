/**
 * Where a server is reached on this machine, given the address that it listens on.
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const EVERY_ADDRESS = ['', '0.0.0.0', '::'];

/** The host for a URL, for instance 127.0.0.1 or [::1]. */
export function hostOf(listenHost: string): string {
  if (EVERY_ADDRESS.includes(listenHost)) return '127.0.0.1';
  return listenHost.includes(':') ? `[${listenHost}]` : listenHost;
}

/** The same for people. */
export function shownHostOf(listenHost: string): string {
  const host = hostOf(listenHost);
  return host === '127.0.0.1' ? 'localhost' : host;
}

/** @throws {Error} if nothing can listen on that address, or no URL can have it */
export async function checkListenHost(listenHost: string): Promise<void> {
  const problem = URL.canParse(`http://${hostOf(listenHost)}/`)
    ? await whyNotListen(listenHost)
    : 'no URL can have it';
  if (problem === undefined) return;
  throw new Error(
    `LISTEN_HOST: expected an address of this machine, found "${listenHost}" (${problem})`,
  );
}

async function whyNotListen(host: string): Promise<string | undefined> {
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
