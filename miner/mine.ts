/**
 * One loop: work, get random bytes from rng, have hasher hash them. A hash that begins with 0 is a coin.
 * @module
 */
import { COIN_PREFIX, LOOP_BYTES, type LoopResult, type Stage } from '@dockercoins/common/contract';
import type { Delay } from '@dockercoins/common/delay';
import type { UpstreamRequest } from './upstream/request.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface MineOptions {
  rng: Upstream;
  hasher: Upstream;
  /** The work before the requests. */
  work: Delay;
}

export interface Loop extends Omit<LoopResult, 'stageMs'> {
  /** The bytes that were hashed. */
  bytes: Buffer;
  /** Time spent in each stage (ms). */
  stages: Record<Exclude<Stage, 'queueWait'>, number>;
}

/**
 * Mines one loop.
 * @throws {UpstreamError} if rng or hasher does not send a valid response
 */
export async function mine({ rng, hasher, work }: MineOptions, signal: AbortSignal): Promise<Loop> {
  const began = performance.now();
  await work.wait(began, signal);
  const workMs = performance.now() - began;

  const random = await rng.request(RANDOM_REQUEST, signal);
  const hashed = await hasher.request(hashRequest(random.body), signal);

  const hash = hashed.body.toString('latin1');
  return {
    hash,
    coin: hash.startsWith(COIN_PREFIX),
    bytes: random.body,
    stages: {
      work: workMs,
      rngWait: random.waitMs,
      rngService: random.serviceMs,
      hasherWait: hashed.waitMs,
      hasherService: hashed.serviceMs,
    },
    rng: random.replica?.name,
    hasher: hashed.replica?.name,
  };
}

const RANDOM_REQUEST: UpstreamRequest = {
  method: 'GET',
  path: `/${LOOP_BYTES}`,
  validate: ({ length }) =>
    length === LOOP_BYTES ? undefined : `expected ${LOOP_BYTES} bytes, got ${length}`,
};

const hashRequest = (payload: Buffer): UpstreamRequest => ({
  method: 'POST',
  path: '/',
  payload,
  validate(body) {
    const text = body.toString('latin1');
    if (/^[0-9a-f]{64}$/.test(text)) return undefined;
    return `expected 64 lowercase hex digits, got ${JSON.stringify(text.slice(0, 80))}`;
  },
});
