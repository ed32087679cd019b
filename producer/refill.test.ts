import { describe, expect, test } from 'vitest';
import { sum } from '@dockercoins/common/statistics';
import { admissible, backlogOf, chunksMissing, Demand, Refill } from './refill.ts';

describe('the backlog', () => {
  test('is every job that no worker holds', () => {
    expect(backlogOf({ waiting: 3, delayed: 4, prioritized: 5 })).toBe(12);
  });

  test('treats missing counts as 0', () => {
    expect(backlogOf({})).toBe(0);
    expect(backlogOf({ delayed: 2 })).toBe(2);
  });
});

describe('the refill', () => {
  test.each([
    [0, 100, [100]],
    [90, 100, [10]],
    [100, 100, []],
    [150, 100, []],
    [0, 500, [500]],
    [0, 501, [500, 1]],
    [0, 1700, [500, 500, 500, 200]],
  ])('of a backlog of %i to %i is added in chunks of %j', (waiting, target, chunks) => {
    expect(chunksMissing({ waiting }, target)).toEqual(chunks);
  });

  test('is exact and in chunks of 1 to 500, whatever the backlog and the target', () => {
    for (let i = 0; i < 2000; i++) {
      const backlog = { waiting: (i * 37) % 1301, delayed: (i * 11) % 701, prioritized: i % 3 };
      const target = (i * 61) % 4001;
      const chunks = chunksMissing(backlog, target);
      expect(sum(chunks)).toBe(Math.max(0, target - backlogOf(backlog)));
      expect(chunks.every((size) => size >= 1 && size <= 500)).toBe(true);
    }
  });
});

test.each([
  [10, 0, 10],
  [10, 19_990, 10],
  [10, 19_995, 5],
  [10, 20_000, 0],
  [10, 30_000, 0],
])('of %i jobs that arrive at a backlog of %i, %i are added', (arriving, waiting, added) => {
  expect(admissible(arriving, { waiting })).toBe(added);
});

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

describe('the target', () => {
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

describe('the leader', () => {
  test('adds what is missing from the demand, and starts anew after another one has led', () => {
    const refill = new Refill({ minimum: 100, rate: 0 });
    expect(refill.next({}, 0)).toEqual({ chunks: [100], dropped: 0 });
    refill.added(100);
    expect(refill.next({ waiting: 0 }, 100)).toEqual({ chunks: [100], dropped: 0 });
    refill.added(100);
    expect(refill.next({ waiting: 0 }, 200)).toEqual({ chunks: [200], dropped: 0 });
    expect(refill.target).toBe(200);
    refill.restart();
    expect(refill.next({ waiting: 0 }, 300)).toEqual({ chunks: [100], dropped: 0 });
  });

  test('at a fixed rate adds what has arrived, and drops what does not fit', () => {
    const refill = new Refill({ minimum: 100, rate: 20 });
    refill.next({}, 0);
    expect(refill.next({}, 500)).toEqual({ chunks: [10], dropped: 0 });
    expect(refill.next({ waiting: 19_996 }, 1000)).toEqual({ chunks: [4], dropped: 6 });
    refill.restart();
    expect(refill.next({}, 2000)).toEqual({ chunks: [], dropped: 0 });
  });
});
