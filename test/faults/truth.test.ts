import { describe, expect, test } from 'vitest';
import { isRateTrue, isValueTrue } from './truth.ts';

/** Returns a reading every 300 ms up to second 30. */
const readings = (completedAt: (second: number) => number) =>
  Array.from({ length: 101 }, (_, n) => ({
    at: 300 * n,
    values: { completed: Math.floor(completedAt(0.3 * n)) },
  }));
const steady = readings((second) => 10 * second);
const NOW = 30_000;

describe('a value', () => {
  const isTrue = (value: number) => isValueTrue(steady, 'completed', value, NOW - 3000);

  test('is true if it was read within the last few seconds', () => {
    expect(isTrue(285)).toBe(true);
  });

  test.each([200, 320])('is not true if it was never near: %i', (value) => {
    expect(isTrue(value)).toBe(false);
  });

  test('is not judged without enough readings', () => {
    expect(isValueTrue(steady.slice(-3), 'completed', 0, NOW - 3000)).toBe(true);
  });
});

describe('a speed', () => {
  test.each([8, 10, 12])('is true if the count grew like that: %i', (speed) => {
    expect(isRateTrue(steady, speed, NOW)).toBe(true);
  });

  test.each([0, 5, 14.7])('is not true if the count never grew like that: %f', (speed) => {
    expect(isRateTrue(steady, speed, NOW)).toBe(false);
  });

  test('may be between that before and after a change', () => {
    const stopped = readings((second) => 10 * Math.min(second, 27));
    for (const speed of [0, 4, 10]) expect(isRateTrue(stopped, speed, NOW)).toBe(true);
    expect(isRateTrue(stopped, 14.7, NOW)).toBe(false);
  });

  test('may leave out the pause before it', () => {
    const resumed = readings((second) => 100 * Math.max(Math.min(second, 18), second - 10.5));
    expect(isRateTrue(resumed, 100, NOW)).toBe(true);
    expect(isRateTrue(resumed, 140, NOW)).toBe(false);
  });

  test('may cover the first second after a pause, of which there are few readings', () => {
    const resumed = readings((second) => 100 * Math.max(Math.min(second, 17), second - 12));
    expect(isRateTrue(resumed, 100, NOW)).toBe(true);
    expect(isRateTrue(resumed, 140, NOW)).toBe(false);
  });
});
