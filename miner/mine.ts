/**
 * One loop: work, ask rng for bytes, have hasher hash them, see whether it is a coin.
 * @module
 */
import {
  COIN_PREFIX,
  LOOP_BYTES,
  type LoopResult,
  type Replica,
  type Stage,
} from '@dockercoins/common/contract';
import type { Pace } from '@dockercoins/common/pace';
import type { Answer, Upstream } from './upstream.ts';
import { UpstreamError } from './upstream-error.ts';

export interface MineOptions {
  rng: Upstream;
  hasher: Upstream;
  /** The work before the requests. */
  work: Pace;
}

export interface Loop extends LoopResult {
  /** What was hashed. */
  bytes: Buffer;
  /** Milliseconds that each part took. */
  stages: Record<Exclude<Stage, 'queueWait'>, number>;
  rng: Replica | undefined;
  hasher: Replica | undefined;
}

/** @throws {UpstreamError} where rng or hasher does not answer as the contract says */
export async function mine({ rng, hasher, work }: MineOptions, signal: AbortSignal): Promise<Loop> {
  const began = performance.now();
  await work.wait(began, signal);
  const worked = performance.now() - began;
  const random = await askRng(rng, signal);
  const hashed = await askHasher(hasher, random.body, signal);
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

async function askRng(rng: Upstream, signal: AbortSignal): Promise<Answer> {
  const answer = await rng.request('GET', `/${LOOP_BYTES}`, signal);
  const { length } = answer.body;
  if (length !== LOOP_BYTES) {
    throw new UpstreamError('GET', answer.url, `sent ${length} bytes, expected ${LOOP_BYTES}`);
  }
  return answer;
}

async function askHasher(hasher: Upstream, bytes: Buffer, signal: AbortSignal): Promise<Answer> {
  const answer = await hasher.request('POST', '/', signal, bytes);
  const text = answer.body.toString('latin1');
  if (!/^[0-9a-f]{64}$/.test(text)) {
    const shown = JSON.stringify(text.slice(0, 80));
    throw new UpstreamError('POST', answer.url, `sent ${shown}, expected 64 lowercase hex digits`);
  }
  return answer;
}
