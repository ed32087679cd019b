import { expect, test } from 'vitest';
import { chanceOf, rounds } from './schedule.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const ALL = NAMES.map((name) => ({ name, slow: name === 'e' }));

/** Returns the first faults of a schedule. */
function take(seed: number, count: number): string[] {
  const schedule = rounds(ALL, chanceOf(seed));
  return Array.from({ length: count }, () => schedule.next().value.name);
}

test('the same seed gives the same order, another seed another', () => {
  expect(take(7, 50)).toEqual(take(7, 50));
  expect(take(7, 50)).not.toEqual(take(8, 50));
});

test('each round has each of them once, and slow ones are in every third', () => {
  const drawn = take(7, 15);
  expect(drawn.slice(0, 5).sort()).toEqual(NAMES);
  expect(drawn.slice(5, 9).sort()).toEqual(NAMES.slice(0, 4));
  expect(drawn.slice(9, 13).sort()).toEqual(NAMES.slice(0, 4));
});
