/**
 * In which order what happens: by chance, and again the same with the same seed.
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

/** All of them in an order by chance, then all again in another one, without end. */
export function* rounds<T>(all: readonly T[], chance: Chance): Generator<T, never> {
  for (;;) {
    const left = [...all];
    while (left.length > 0) yield* left.splice(chance(left.length), 1);
  }
}
