/**
 * rng or hasher for tests, as a miner sees them: real servers and a real client, until the test ends.
 * @module
 */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Logger } from '@dockercoins/common/service/log';
import type { UpstreamRequest } from '../miner/upstream/request.ts';
import { createDispatcher } from '../miner/upstream/http.ts';
import { Upstream } from '../miner/upstream/upstream.ts';
import { silentLog } from './log.ts';

/** Starts a server and resolves to its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A client with connections of its own. */
export function upstreamOf(
  origins: string | readonly string[],
  { timeoutMs = 5000, log = silentLog }: { timeoutMs?: number; log?: Logger } = {},
): Upstream {
  const dispatcher = createDispatcher();
  const upstream = new Upstream({ origins: [origins].flat(), timeoutMs, dispatcher, log });
  onTestFinished(async () => {
    upstream[Symbol.dispose]();
    await dispatcher.destroy();
  });
  return upstream;
}

/** Asks for bytes; any answer will do. */
export const anyBytes: UpstreamRequest = {
  method: 'GET',
  path: '/32',
  whyInvalid: () => undefined,
};
