import { describe, expect, test } from 'vitest';
import { niceStep } from './axis.ts';

describe('niceStep', () => {
  test('rounds up to 1, 2, 5, or 10', () => {
    expect([0.9, 1.1, 2.1, 5.1].map(niceStep)).toEqual([1, 2, 5, 10]);
  });

  test('keeps a value that is already nice', () => {
    expect([1, 2, 5, 10, 20, 50, 100].map(niceStep)).toEqual([1, 2, 5, 10, 20, 50, 100]);
  });

  test('works for tens, hundreds, and thousands', () => {
    expect([11, 34, 99, 150, 430, 1234].map(niceStep)).toEqual([20, 50, 100, 200, 500, 2000]);
  });

  test('works below 1', () => {
    expect([0.25, 0.12, 0.7, 0.03].map(niceStep)).toEqual([0.5, 0.2, 1, 0.05]);
  });

  const minima = Array.from({ length: 1000 }, (_, n) => (n + 1) / 8);

  test('is never below the minimum', () => {
    expect(minima.filter((min) => niceStep(min) < min)).toEqual([]);
  });

  test('is never above 2.5 times the minimum', () => {
    expect(minima.filter((min) => niceStep(min) > 2.5 * min)).toEqual([]);
  });
});
