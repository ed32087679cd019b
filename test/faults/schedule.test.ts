import { expect, test } from 'vitest';
import { chanceOf, rounds } from './schedule.ts';

const ALL = ['a', 'b', 'c', 'd', 'e'];

/** The first so many of a schedule. */
function take(seed: number, count: number): string[] {
  const schedule = rounds(ALL, chanceOf(seed));
  return Array.from({ length: count }, () => schedule.next().value);
}

test('the same seed brings the same order, another one another', () => {
  expect(take(7, 50)).toEqual(take(7, 50));
  expect(take(7, 50)).not.toEqual(take(8, 50));
});

test('each round has each of them once', () => {
  const drawn = take(7, 15);
  for (let round = 0; round < 3; round++) {
    expect(drawn.slice(5 * round, 5 * round + 5).sort()).toEqual(ALL);
  }
});
