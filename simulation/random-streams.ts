/**
 * A sequence of random numbers for each purpose, so that one more replica or one more error does not change all others.
 * @module
 */
import { randomFrom, type Random } from '@dockercoins/common/random';

/** Returns the sequence with this name. The same seed and name always give the same one. */
export const streamOf = (seed: number, name: string): Random =>
  randomFrom(hashOf(`${seed} ${name}`));

/** Returns an integer of 32 bits: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), then mixed as by MurmurHash3. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
