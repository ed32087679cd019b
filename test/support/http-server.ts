/**
 * HTTP servers of tests, on this machine.
 * @module
 */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`. */
  origin: string;
  port: number;
}

/** Listens on `port` (0 = any free one) of `host`. Disposal closes all connections. */
export async function startServer(
  listener: RequestListener,
  port = 0,
  host = '127.0.0.1',
): Promise<HttpServer> {
  const server = createServer(listener);
  await once(server.listen(port, host), 'listening');
  const address = server.address() as AddressInfo;
  return {
    origin: `http://${host}:${address.port}`,
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
