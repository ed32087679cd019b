/**
 * The order of the faults: random, and reproducible from a seed.
 * @module
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Returns a random whole number from 0 to `below` - 1. */
export type RandomInt = (below: number) => number;

export function seededRandom(seed: number): RandomInt {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}

/** Yields all faults in random order, round after round; slow ones only in every third round. */
export function* rounds<T extends { slow?: boolean }>(
  faults: readonly T[],
  random: RandomInt,
): Generator<T, never> {
  const quick = faults.filter(({ slow }) => !slow);
  for (let round = 0; ; round++) {
    const left = round % 3 === 0 || quick.length === 0 ? [...faults] : [...quick];
    while (left.length > 0) yield* left.splice(random(left.length), 1);
  }
}
