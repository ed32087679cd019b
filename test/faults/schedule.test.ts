import { expect, test } from 'vitest';
import { rounds, seededRandom } from './schedule.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const FAULTS = NAMES.map((name) => ({ name, slow: name === 'e' }));

/** Returns the names of the first faults of a schedule. */
function take(seed: number, count: number): string[] {
  const schedule = rounds(FAULTS, seededRandom(seed));
  return Array.from({ length: count }, () => schedule.next().value.name);
}

test('the same seed always gives the same order, and another seed a different one', () => {
  expect(take(7, 50)).toEqual(take(7, 50));
  expect(take(7, 50)).not.toEqual(take(8, 50));
});

test('each round has every fault once, except slow ones, which are in every third round only', () => {
  const names = take(7, 15);
  expect(names.slice(0, 5).sort()).toEqual(NAMES);
  expect(names.slice(5, 9).sort()).toEqual(NAMES.slice(0, 4));
  expect(names.slice(9, 13).sort()).toEqual(NAMES.slice(0, 4));
});
