/**
 * HTTP servers in place of rng and hasher, and the miner's client for them. All are closed when the test ends.
 * @module
 */
import type { RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Logger } from '@dockercoins/common/log/log';
import type { UpstreamRequest } from '../../miner/upstream/request.ts';
import { createDispatcher } from '../../miner/upstream/http.ts';
import { Upstream } from '../../miner/upstream/upstream.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { startServer } from './http-server.ts';

/** Starts a server on a free port and resolves to its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = await startServer(listener);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.origin;
}

/** Returns a client with its own connections. */
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

/** A request for random bytes that accepts any response. */
export const anyBytes: UpstreamRequest = {
  method: 'GET',
  path: '/32',
  validate: () => undefined,
};
