import { describe, expect, it } from 'vitest';
import { mean, median } from './statistics.ts';

describe('median', () => {
  it('is the value in the middle, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  it('is between the two in the middle of an even number', () => {
    expect(median([4, 100, 1, 2])).toBe(3);
  });

  it('is not a number where there are no values', () => {
    expect(median([])).toBeNaN();
  });
});

describe('mean', () => {
  it('is the sum by the number', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });
});
