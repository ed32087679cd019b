import { describe, expect, test } from 'vitest';
import { Demand } from './refill.ts';

/** Returns the targets of a backlog that is checked and topped up ten times a second while workers take `speed` jobs/s. */
function targets(seconds: number, speed: number, minimum = 100): number[] {
  const demand = new Demand();
  let backlog = 0;
  return Array.from({ length: seconds * 10 }, (_, check) => {
    backlog = Math.max(0, backlog - speed / 10);
    const target = demand.target(backlog, check * 100, minimum);
    const missing = Math.max(0, target - backlog);
    demand.added(missing);
    backlog += missing;
    return target;
  });
}

describe('the backlog', () => {
  test('stays at the minimum at the speed of ten miners', () => {
    expect(new Set(targets(10, 10))).toEqual(new Set([100]));
  });

  test('grows to two seconds of work, whatever the speed', () => {
    for (const speed of [100, 1000, 4000]) {
      expect(targets(5, speed).at(-1)).toBeCloseTo(2 * speed, -2);
    }
  });

  test('is bounded', () => {
    expect(Math.max(...targets(10, 1_000_000))).toBe(20_000);
  });

  test('shrinks two seconds after work has stopped', () => {
    const demand = new Demand();
    demand.added(1000);
    expect(demand.target(0, 0, 100)).toBe(1000);
    expect(demand.target(0, 1900, 100)).toBe(1000);
    expect(demand.target(0, 2100, 100)).toBe(100);
  });

  test('ignores jobs that others add', () => {
    const demand = new Demand();
    demand.target(50, 0, 100);
    expect(demand.target(5000, 100, 100)).toBe(100);
  });
});
