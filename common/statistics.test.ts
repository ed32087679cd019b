import { describe, expect, test } from 'vitest';
import { mean, median } from './statistics.ts';

describe('median', () => {
  test('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  test('of an even number of values is the mean of the middle two', () => {
    expect(median([4, 100, 1, 2])).toBe(3);
  });

  test('of no values is NaN', () => {
    expect(median([])).toBeNaN();
  });
});

describe('mean', () => {
  test('is the sum divided by the number of values, or NaN if there are none', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });
});
