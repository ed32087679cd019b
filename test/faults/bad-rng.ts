/**
 * Stands between the miners and rng, and lets rng look bad on request.
 * @module
 */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an rng may do wrong. */
export const MISDEEDS = {
  'answers 500': (answer) => answer.writeHead(500).end('out of numbers'),
  'answers garbage': (answer) => answer.socket?.end('\u0000\u0007 no HTTP at all\r\n\r\n'),
  'sends too few bytes': (answer) => answer.end(Buffer.alloc(7)),
  hangs: () => undefined,
  'closes mid-body': (answer) => {
    answer.writeHead(200, { 'Content-Length': 32 });
    answer.write(Buffer.alloc(7), () => answer.socket?.destroy());
  },
} satisfies Record<string, (answer: ServerResponse) => void>;

export type Misdeed = keyof typeof MISDEEDS;

export interface BadRng extends AsyncDisposable {
  origin: string;
  /** What it does wrong now. */
  misdeed: Misdeed | undefined;
}

/** Passes requests on to the rng at `origin` for as long as no misdeed is set. */
export async function startBadRng(origin: string): Promise<BadRng> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((asked, answer) => {
    if (bad.misdeed === undefined) passOn(`${origin}${asked.url}`, agent, asked, answer);
    else MISDEEDS[bad.misdeed](answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bad: BadRng = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misdeed: undefined,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
  return bad;
}

function passOn(url: string, agent: Agent, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = asked;
  const passed = request(url, { method, headers, agent }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
    got.on('error', () => answer.destroy());
  });
  passed.on('error', () => answer.destroy()); // as if rng itself had gone
  answer.on('close', () => passed.destroy());
  passed.end();
}
