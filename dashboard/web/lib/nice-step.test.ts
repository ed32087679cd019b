import { describe, expect, test } from 'vitest';
import { niceStep } from './nice-step.ts';

describe('a nice step', () => {
  test('is 1, 2, 5 or 10', () => {
    expect([0.9, 1.1, 2.1, 5.1].map(niceStep)).toEqual([1, 2, 5, 10]);
  });

  test('is the number itself where that is nice', () => {
    expect([1, 2, 5, 10, 20, 50, 100].map(niceStep)).toEqual([1, 2, 5, 10, 20, 50, 100]);
  });

  test('is so for tens, hundreds and thousands', () => {
    expect([11, 34, 99, 150, 430, 1234].map(niceStep)).toEqual([20, 50, 100, 200, 500, 2000]);
  });

  test('is so below one', () => {
    expect([0.25, 0.12, 0.7, 0.03].map(niceStep)).toEqual([0.5, 0.2, 1, 0.05]);
  });

  test('is never less than what was asked for', () => {
    const asked = Array.from({ length: 1000 }, (_, n) => (n + 1) / 8);
    expect(asked.filter((raw) => niceStep(raw) < raw)).toEqual([]);
  });

  test('is never more than two and a half times that', () => {
    const asked = Array.from({ length: 1000 }, (_, n) => (n + 1) / 8);
    expect(asked.filter((raw) => niceStep(raw) > 2.5 * raw)).toEqual([]);
  });
});
