/**
 * A proxy between the miners and rng that makes rng look faulty on request.
 * @module
 */
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { startServer, type HttpServer } from '../support/http-server.ts';

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

export interface FaultyRng extends HttpServer {
  /** The current fault; undefined if it works. */
  fault: RngFault | undefined;
}

/** Starts a proxy that forwards requests to the rng at `origin` unless a fault is set. */
export async function startFaultyRng(origin: string): Promise<FaultyRng> {
  const agent = new Agent({ keepAlive: true });
  const server = await startServer((incoming, response) => {
    if (rng.fault === undefined) forward(`${origin}${incoming.url}`, agent, incoming, response);
    else RNG_FAULTS[rng.fault](response);
  });
  const rng: FaultyRng = {
    ...server,
    fault: undefined,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await server[Symbol.asyncDispose]();
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
