import { expect, test } from 'vitest';
import { segmentsOf } from './line-path.ts';

const segments = (...values: (number | null)[]) => segmentsOf(values, 0, values.length - 1);

test('known values are one segment', () => {
  expect(segments(3, 0, 3)).toEqual([[0, 2]]);
});

test('unknown values separate segments', () => {
  expect(segments(null, 1, 2, 3, null, null, 4, 5, 6)).toEqual([
    [1, 3],
    [6, 8],
  ]);
});

test('fewer than three known values are no segment', () => {
  expect(segments(1, 2, 3, null, 4, null, 5, 6)).toEqual([[0, 2]]);
});

test('only values in the range count', () => {
  expect(segmentsOf([1, 2, 3, 4, 5, 6], 1, 4)).toEqual([[1, 4]]);
});
