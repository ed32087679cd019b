/**
 * What rng and hasher do to each request of their main route before they respond: delay it and, if variations are on, fail it,
 * leave it without a response, or leak memory.
 * @module
 */
import { once } from 'node:events';
import type { Context } from 'hono';
import { Delay } from '../delay.ts';
import type { GatedEnv, GatedOptions } from './app.ts';

/** Resolves when the response is due. Rejects if the request fails, or if its client leaves while it hangs. */
export type Work = (c: Context<GatedEnv>) => Promise<void>;

/** A failure takes as long as a success: it happens at the end of the delay. */
export function simulateLatency({ delayMs, variations, stopping }: GatedOptions): Work {
  const delay = new Delay(variations?.nextDelayMs ?? delayMs);
  return async (c) => {
    variations?.leak();
    if (variations?.hangs()) await hang(c.req.raw.signal, stopping);
    await delay.wait(c.get('admittedAt'));
    if (variations?.fails()) throw new Error('random failure');
  };
}

/** Rejects when the client disconnects or the service stops, so that the slot becomes free. */
async function hang(disconnected: AbortSignal, stopping: AbortSignal | undefined): Promise<never> {
  const signal = stopping ? AbortSignal.any([disconnected, stopping]) : disconnected;
  if (!signal.aborted) await once(signal, 'abort');
  throw new Error('hung until the end');
}
