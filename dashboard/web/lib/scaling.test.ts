import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { scalingOf } from './scaling.ts';

const point = (at: number, values: Partial<Point> = {}): Point => ({
  at,
  speed: 3,
  loops: 0,
  hashes: null,
  miners: 1,
  rng: 1,
  hasher: 1,
  ...values,
});

/** So many points, one a second, all alike. */
const run = (from: number, count: number, values: Partial<Point> = {}) =>
  Array.from({ length: count }, (_, n) => point(from + n, values));

/** One second after the other from 100 on, after all has settled. */
const settled = (...speeds: (number | null)[]) => [
  ...run(93, 7, { speed: null }),
  ...speeds.map((speed, n) => point(100 + n, { speed })),
];

const speedsOf = (points: readonly Point[]) =>
  scalingOf(points).measured.map(({ miners, speed }) => [miners, speed]);

describe('speed against miners', () => {
  test('is empty without points', () => {
    expect(scalingOf([])).toEqual({ measured: [], ofOne: null });
  });

  test('is known for each number of miners that was seen', () => {
    const points = [...run(100, 10, { speed: 3 }), ...run(110, 10, { miners: 2, speed: 6 })];
    expect(speedsOf(points)).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });

  test('begins with the fewest miners', () => {
    const points = [10, 2, 1].flatMap((miners, n) =>
      run(100 + 10 * n, 10, { miners, speed: miners }),
    );
    expect(speedsOf(points)).toEqual([
      [1, 1],
      [2, 2],
      [10, 10],
    ]);
  });

  test('is taken together from all times with as many miners', () => {
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

  test('is the median, so that one odd second does not count', () => {
    expect(speedsOf(settled(3, 99, 4))).toEqual([[1, 4]]);
  });

  test('compares numbers, not their digits', () => {
    expect(speedsOf(settled(9, 10, 11))).toEqual([[1, 10]]);
  });
});

describe('seconds that do not count', () => {
  test('are the first seven', () => {
    expect(speedsOf(run(100, 7))).toEqual([]);
    expect(speedsOf(run(100, 8))).toEqual([[1, 3]]);
  });

  test('are those after a change of the miners', () => {
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

  test('are those after a change of rng', () => {
    const points = [...run(100, 10, { rng: 2, speed: 9 }), ...run(110, 7)];
    expect(speedsOf(points)).toEqual([]);
    expect(speedsOf([...points, point(117)])).toEqual([[1, 3]]);
  });

  test('are those after a change of hasher', () => {
    const points = [...run(100, 10, { hasher: 2, speed: 9 }), ...run(110, 7)];
    expect(speedsOf(points)).toEqual([]);
    expect(speedsOf([...points, point(117)])).toEqual([[1, 3]]);
  });

  test('are those after a gap', () => {
    const points = [...run(100, 7), ...run(109, 7)];
    expect(speedsOf(points)).toEqual([]);
    expect(speedsOf([...points, point(116)])).toEqual([[1, 3]]);
  });

  test('are not those after a single missing second', () => {
    expect(speedsOf([...run(100, 4), ...run(105, 3)])).toEqual([[1, 3]]);
  });

  test('are those with an unknown speed', () => {
    expect(speedsOf(settled(null, 4, null))).toEqual([[1, 4]]);
  });

  test('are those in which nothing was mined', () => {
    expect(speedsOf(settled(0, 0, 4))).toEqual([[1, 4]]);
  });

  test('are those without a miner', () => {
    expect(speedsOf(run(100, 20, { miners: 0 }))).toEqual([]);
  });

  test('are those with another number of rngs than now', () => {
    const points = [...run(100, 20, { miners: 10, rng: 2, speed: 19 }), ...run(120, 20)];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });

  test('are those with another number of hashers than now', () => {
    const points = [...run(100, 20, { miners: 10, hasher: 2, speed: 19 }), ...run(120, 20)];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });

  test('are those in which nobody knew the number of rngs or hashers', () => {
    const points = [
      ...run(100, 20, { miners: 10, rng: 0 }),
      ...run(120, 20, { miners: 10, hasher: 0 }),
      ...run(140, 20),
    ];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });

  test('count again when there are as many replicas as then', () => {
    const points = [
      ...run(100, 10, { speed: 3 }),
      ...run(110, 10, { rng: 2, speed: 9 }),
      point(120, { speed: 3 }),
    ];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });
});

describe('the efficiency', () => {
  test('is the speed against that of as many single miners', () => {
    const points = [
      ...run(100, 10, { miners: 1, speed: 3 }),
      ...run(110, 10, { miners: 2, speed: 6 }),
      ...run(120, 10, { miners: 10, speed: 15 }),
    ];
    expect(scalingOf(points)).toEqual({
      ofOne: 3,
      measured: [
        { miners: 1, speed: 3, efficiency: 1 },
        { miners: 2, speed: 6, efficiency: 1 },
        { miners: 10, speed: 15, efficiency: 0.5 },
      ],
    });
  });

  test('is known also when the single miner came last', () => {
    const points = [...run(100, 10, { miners: 4, speed: 6 }), ...run(110, 10, { speed: 3 })];
    expect(scalingOf(points).measured.at(-1)?.efficiency).toBe(0.5);
  });

  test('is not known when one miner was never seen alone', () => {
    expect(scalingOf(run(100, 10, { miners: 2, speed: 6 }))).toEqual({
      ofOne: null,
      measured: [{ miners: 2, speed: 6, efficiency: null }],
    });
  });

  test('is not known when one miner was seen alone only beside other replicas', () => {
    const points = [...run(100, 10, { rng: 2 }), ...run(110, 10, { miners: 2, speed: 6 })];
    expect(scalingOf(points).ofOne).toBeNull();
  });
});

describe('seconds in which nobody asked rng', () => {
  test('at the end, as in a pause, leave what was measured before', () => {
    const points = [...run(100, 60), ...run(160, 5, { rng: 0, speed: 0 })];
    expect(scalingOf(points)).toEqual({
      measured: [{ miners: 1, speed: 3, efficiency: 1 }],
      ofOne: 3,
    });
  });

  test('are no change', () => {
    const points = [...run(100, 5), point(105, { rng: 0 }), ...run(106, 3)];
    expect(speedsOf(points)).toEqual([[1, 3]]);
  });
});

test('of an even number of speeds the median lies in the middle', () => {
  expect(speedsOf(settled(3, 5))).toEqual([[1, 4]]);
});
