/**
 * One loop: work, ask rng for bytes, have hasher hash them, check for a coin.
 * @module
 */
import {
  COIN_PREFIX,
  LOOP_BYTES,
  type LoopResult,
  type Replica,
  type Stage,
} from '@dockercoins/common/contract';
import type { Delay } from '@dockercoins/common/delay';
import type { UpstreamRequest } from './upstream/request.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface MineOptions {
  rng: Upstream;
  hasher: Upstream;
  /** The work before the requests. */
  work: Delay;
}

export interface Loop extends LoopResult {
  /** The bytes that were hashed. */
  bytes: Buffer;
  /** Milliseconds that each part took. */
  stages: Record<Exclude<Stage, 'queueWait'>, number>;
  rng: Replica | undefined;
  hasher: Replica | undefined;
}

/** @throws {UpstreamError} if rng or hasher does not answer as the contract says */
export async function mine({ rng, hasher, work }: MineOptions, signal: AbortSignal): Promise<Loop> {
  const began = performance.now();
  await work.wait(began, signal);
  const worked = performance.now() - began;
  const random = await rng.request(askForBytes, signal);
  const hashed = await hasher.request(askForHash(random.body), signal);
  const hash = hashed.body.toString('latin1');
  return {
    hash,
    coin: hash.startsWith(COIN_PREFIX),
    bytes: random.body,
    stages: {
      work: worked,
      rngWait: random.waitMs,
      rngService: random.serviceMs,
      hasherWait: hashed.waitMs,
      hasherService: hashed.serviceMs,
    },
    rng: random.replica,
    hasher: hashed.replica,
  };
}

const askForBytes: UpstreamRequest = {
  method: 'GET',
  path: `/${LOOP_BYTES}`,
  whyInvalid: ({ length }) =>
    length === LOOP_BYTES ? undefined : `sent ${length} bytes, expected ${LOOP_BYTES}`,
};

const askForHash = (payload: Buffer): UpstreamRequest => ({
  method: 'POST',
  path: '/',
  payload,
  whyInvalid(body) {
    const text = body.toString('latin1');
    if (/^[0-9a-f]{64}$/.test(text)) return undefined;
    return `sent ${JSON.stringify(text.slice(0, 80))}, expected 64 lowercase hex digits`;
  },
});
