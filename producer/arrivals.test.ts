import { describe, expect, test } from 'vitest';
import { sum } from '@dockercoins/common/statistics';
import { Arrivals } from './arrivals.ts';

/** Returns how many jobs became due at each of these times (ms). */
function arriving(perSecond: number, times: number[]): number[] {
  const arrivals = new Arrivals(perSecond);
  return times.map((at) => arrivals.next(at));
}

const everyMs = (step: number, untilMs: number) =>
  Array.from({ length: untilMs / step + 1 }, (_, n) => 5000 + n * step);

describe('jobs arrive', () => {
  test.each([0.5, 1, 3.3, 12, 1000, 10_000])('at %f per second', (rate) => {
    const counts = arriving(rate, everyMs(100, 100_000));
    expect(Math.abs(sum(counts) - 100 * rate)).toBeLessThanOrEqual(1);
    const later = counts.slice(1);
    expect(Math.max(...later) - Math.min(...later)).toBeLessThanOrEqual(1);
  });

  test('at the same rate if checks are late', () => {
    let at = 0;
    const times = Array.from({ length: 1000 }, (_, n) => (at += 100 + (n % 7) * 31));
    const seconds = (at - (times[0] ?? 0)) / 1000;
    expect(Math.abs(sum(arriving(12, times)) - 12 * seconds)).toBeLessThanOrEqual(1);
  });

  test('one every two seconds at 0.5 per second', () => {
    expect(arriving(0.5, [0, 1999, 2001, 3999, 4001])).toEqual([0, 0, 1, 0, 1]);
  });
});

test('after a pause, only the jobs of two seconds arrive at once', () => {
  expect(arriving(10, [0, 60_000])).toEqual([0, 20]);
});

test('after a restart, no time has passed', () => {
  const arrivals = new Arrivals(10);
  arrivals.next(0);
  arrivals.next(190);
  arrivals.restart();
  expect(arrivals.next(1000)).toBe(0);
  expect(arrivals.next(1100)).toBe(1);
});
