/**
 * Random numbers that are the same for the same seed.
 * @module
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Returns a random number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** @param seed an integer of 32 bits */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}
