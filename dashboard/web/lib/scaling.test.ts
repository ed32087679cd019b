import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { testPoint as point } from '../../../testing/frame-data.ts';
import { scalingOf } from './scaling.ts';

/** `count` equal points, one per second. */
const run = (from: number, count: number, values: Partial<Point> = {}) =>
  Array.from({ length: count }, (_, n) => point(from + n, values));

/** One point per speed, starting at 100, after the scale has settled. */
const settled = (...speeds: (number | null)[]) => [
  ...run(93, 7, { speed: null }),
  ...speeds.map((speed, n) => point(100 + n, { speed })),
];

const speedsOf = (points: readonly Point[]) =>
  scalingOf(points).measurements.map(({ miners, speed }) => [miners, speed]);

describe('the measured speed', () => {
  test('is empty without points', () => {
    expect(scalingOf([])).toEqual({ measurements: [], speedOfOne: null });
  });

  test('has an entry for each number of miners', () => {
    const points = [...run(100, 10, { speed: 3 }), ...run(110, 10, { miners: 2, speed: 6 })];
    expect(speedsOf(points)).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });

  test('is sorted by number of miners', () => {
    const points = [10, 2, 1].flatMap((miners, n) =>
      run(100 + 10 * n, 10, { miners, speed: miners }),
    );
    expect(speedsOf(points)).toEqual([
      [1, 1],
      [2, 2],
      [10, 10],
    ]);
  });

  test('combines all periods with the same number of miners', () => {
    const points = [
      ...run(100, 9, { speed: 3 }),
      ...run(109, 9, { miners: 2, speed: 6 }),
      ...run(118, 8, { speed: 5 }),
    ];
    expect(speedsOf(points)).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });

  test('is the median, so that an outlier does not matter', () => {
    expect(speedsOf(settled(3, 99, 4))).toEqual([[1, 4]]);
  });

  test('is the mean of the middle two of an even number of speeds', () => {
    expect(speedsOf(settled(3, 5))).toEqual([[1, 4]]);
  });

  test('compares speeds as numbers, not as text', () => {
    expect(speedsOf(settled(9, 10, 11))).toEqual([[1, 10]]);
  });
});

describe('the measured speed ignores', () => {
  test('the first 7 seconds', () => {
    expect(speedsOf(run(100, 7))).toEqual([]);
    expect(speedsOf(run(100, 8))).toEqual([[1, 3]]);
  });

  test('7 seconds after a change of miners', () => {
    const points = [
      ...run(100, 10, { speed: 3 }),
      ...run(110, 7, { miners: 4, speed: 5 }),
      point(117, { miners: 4, speed: 12 }),
    ];
    expect(speedsOf(points)).toEqual([
      [1, 3],
      [4, 12],
    ]);
  });

  test('7 seconds after a change of rng', () => {
    const points = [...run(100, 10, { rng: 2, speed: 9 }), ...run(110, 7)];
    expect(speedsOf(points)).toEqual([]);
    expect(speedsOf([...points, point(117)])).toEqual([[1, 3]]);
  });

  test('7 seconds after a change of hasher', () => {
    const points = [...run(100, 10, { hasher: 2, speed: 9 }), ...run(110, 7)];
    expect(speedsOf(points)).toEqual([]);
    expect(speedsOf([...points, point(117)])).toEqual([[1, 3]]);
  });

  test('7 seconds after a gap', () => {
    const points = [...run(100, 7), ...run(109, 7)];
    expect(speedsOf(points)).toEqual([]);
    expect(speedsOf([...points, point(116)])).toEqual([[1, 3]]);
  });

  test('nothing after a single missing second', () => {
    expect(speedsOf([...run(100, 4), ...run(105, 3)])).toEqual([[1, 3]]);
  });

  test('unknown speeds', () => {
    expect(speedsOf(settled(null, 4, null))).toEqual([[1, 4]]);
  });

  test('speeds of 0', () => {
    expect(speedsOf(settled(0, 0, 4))).toEqual([[1, 4]]);
  });

  test('seconds without miners', () => {
    expect(speedsOf(run(100, 20, { miners: 0 }))).toEqual([]);
  });

  test('seconds with another number of rng replicas than now', () => {
    const points = [...run(100, 20, { miners: 10, rng: 2, speed: 19 }), ...run(120, 20)];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });

  test('seconds with another number of hasher replicas than now', () => {
    const points = [...run(100, 20, { miners: 10, hasher: 2, speed: 19 }), ...run(120, 20)];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });

  test('seconds with an unknown number of rng or hasher replicas', () => {
    const points = [
      ...run(100, 20, { miners: 10, rng: 0 }),
      ...run(120, 20, { miners: 10, hasher: 0 }),
      ...run(140, 20),
    ];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });
});

describe('the measured speed keeps', () => {
  test('earlier seconds with the same number of replicas as now', () => {
    const points = [
      ...run(100, 10, { speed: 3 }),
      ...run(110, 10, { rng: 2, speed: 9 }),
      point(120, { speed: 3 }),
    ];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });

  test('all measurements while the queue is paused and rng is not called', () => {
    const points = [...run(100, 60), ...run(160, 5, { rng: 0, speed: 0 })];
    expect(scalingOf(points)).toEqual({
      measurements: [{ miners: 1, speed: 3, efficiency: 1 }],
      speedOfOne: 3,
    });
  });

  test('the time since the last change if rng is not called for a second', () => {
    const points = [...run(100, 5), point(105, { rng: 0 }), ...run(106, 3)];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });
});

describe('the efficiency', () => {
  test('is the speed relative to as many single miners', () => {
    const points = [
      ...run(100, 10, { miners: 1, speed: 3 }),
      ...run(110, 10, { miners: 2, speed: 6 }),
      ...run(120, 10, { miners: 10, speed: 15 }),
    ];
    expect(scalingOf(points)).toEqual({
      speedOfOne: 3,
      measurements: [
        { miners: 1, speed: 3, efficiency: 1 },
        { miners: 2, speed: 6, efficiency: 1 },
        { miners: 10, speed: 15, efficiency: 0.5 },
      ],
    });
  });

  test('is known even if the single miner ran last', () => {
    const points = [...run(100, 10, { miners: 4, speed: 6 }), ...run(110, 10, { speed: 3 })];
    expect(scalingOf(points).measurements.at(-1)?.efficiency).toBe(0.5);
  });

  test('is unknown if a single miner never ran alone', () => {
    expect(scalingOf(run(100, 10, { miners: 2, speed: 6 }))).toEqual({
      speedOfOne: null,
      measurements: [{ miners: 2, speed: 6, efficiency: null }],
    });
  });

  test('is unknown if a single miner ran only with other numbers of rng or hasher replicas', () => {
    const points = [...run(100, 10, { rng: 2 }), ...run(110, 10, { miners: 2, speed: 6 })];
    expect(scalingOf(points).speedOfOne).toBeNull();
  });
});
