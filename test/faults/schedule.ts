/**
 * Which fault comes when: at random, and the same again with the same seed.
 * @module
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A whole number from 0 to `below` - 1. */
export type Chance = (below: number) => number;

export function chanceOf(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}

/** Yields all of them in random order, then all again in another order, and so on; slow ones in every third round. */
export function* rounds<T extends { slow?: boolean }>(
  all: readonly T[],
  chance: Chance,
): Generator<T, never> {
  const quick = all.filter(({ slow }) => !slow);
  for (let round = 0; ; round++) {
    const left = round % 3 === 0 || quick.length === 0 ? [...all] : [...quick];
    while (left.length > 0) yield* left.splice(chance(left.length), 1);
  }
}
