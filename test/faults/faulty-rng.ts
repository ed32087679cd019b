/**
 * A proxy between the miners and rng that makes rng look faulty on request.
 * @module
 */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a faulty rng does instead of responding. */
export const RNG_FAULTS = {
  'responds with 500': (response) => response.writeHead(500).end('out of numbers'),
  'sends garbage': (response) => response.socket?.end('\u0000\u0007 no HTTP at all\r\n\r\n'),
  'sends too few bytes': (response) => response.end(Buffer.alloc(7)),
  hangs: () => undefined,
  'closes mid-body': (response) => {
    response.writeHead(200, { 'Content-Length': 32 });
    response.write(Buffer.alloc(7), () => response.socket?.destroy());
  },
} satisfies Record<string, (response: ServerResponse) => void>;

export type RngFault = keyof typeof RNG_FAULTS;

export interface FaultyRng extends AsyncDisposable {
  origin: string;
  /** The current fault; undefined if it works. */
  fault: RngFault | undefined;
}

/** Starts a proxy that forwards requests to the rng at `origin` unless a fault is set. */
export async function startFaultyRng(origin: string): Promise<FaultyRng> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    if (rng.fault === undefined) forward(`${origin}${incoming.url}`, agent, incoming, response);
    else RNG_FAULTS[rng.fault](response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const rng: FaultyRng = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: undefined,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
  return rng;
}

function forward(
  url: string,
  agent: Agent,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const { method, headers } = incoming;
  const outgoing = request(url, { method, headers, agent }, (upstream) => {
    response.writeHead(upstream.statusCode ?? 502, upstream.headers);
    upstream.pipe(response);
    upstream.on('error', () => response.destroy());
  });
  outgoing.on('error', () => response.destroy()); // as if rng itself had closed the connection
  response.on('close', () => outgoing.destroy());
  outgoing.end();
}
