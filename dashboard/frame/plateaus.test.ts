import { describe, expect, test } from 'vitest';
import type { Point } from './frame.ts';
import { testPoint as point, testSettings } from '../../tools/stack/frame-data.ts';
import { plateausOf } from './plateaus.ts';

/** `count` equal points, one per second. */
const run = (from: number, count: number, values: Partial<Point> = {}) =>
  Array.from({ length: count }, (_, n) => point(from + n, values));

const summaryOf = (points: readonly Point[]) =>
  plateausOf(points).map(({ miners, to, speed }) => [miners, to, speed]);

const speedsOf = (points: readonly Point[]) =>
  plateausOf(points)[0]?.points.map(({ speed }) => speed);

describe('a plateau', () => {
  test('needs 12 seconds: 7 to settle, and 5 to measure', () => {
    expect(summaryOf(run(100, 11))).toEqual([]);
    expect(summaryOf(run(100, 12))).toEqual([[1, 111, 3]]);
  });

  test('has the configuration and its settled seconds', () => {
    const points = run(100, 13, { miners: 10, rng: 4, speed: 33 });
    expect(plateausOf(points)).toEqual([
      {
        miners: 10,
        rng: 4,
        hasher: 1,
        settings: points[0]?.settings,
        from: 100,
        to: 112,
        points: points.slice(7),
        speed: 33,
      },
    ]);
  });

  test('does not include the ramp', () => {
    const ramp = [3, 3.4, 5, 6.5, 8, 9, 9.7].map((speed, n) => point(100 + n, { speed }));
    expect(speedsOf([...ramp, ...run(107, 5, { speed: 10 })])).toEqual([10, 10, 10, 10, 10]);
  });

  test('has the median speed, so that outliers do not matter', () => {
    const speeds = [9, 99, 10, 11, 10];
    const points = [...run(100, 7), ...speeds.map((speed, n) => point(107 + n, { speed }))];
    expect(plateausOf(points)[0]?.speed).toBe(10);
  });

  test('skips unknown speeds', () => {
    const points = [...run(100, 12), point(112, { speed: null })];
    expect(summaryOf(points)).toEqual([[1, 112, 3]]);
    expect(speedsOf(points)).toHaveLength(5);
  });
});

describe('a plateau ends', () => {
  const ends = (values: Partial<Point>) =>
    summaryOf([...run(100, 20), ...run(120, 11, values)]).length === 1 &&
    summaryOf([...run(100, 20), ...run(120, 12, values)]).length === 2;

  test('if the number of miners, rngs, or hashers changes', () => {
    expect(ends({ miners: 2 })).toBe(true);
    expect(ends({ rng: 2 })).toBe(true);
    expect(ends({ hasher: 2 })).toBe(true);
  });

  test('if the settings change', () => {
    expect(ends({ settings: testSettings({ miner: [{ delayMs: 0, slots: 1 }] }) })).toBe(true);
  });

  test('if the number of replicas becomes unknown', () => {
    expect(ends({ rng: null })).toBe(true);
  });

  test('if points are missing', () => {
    expect(summaryOf([...run(100, 12), ...run(114, 11)])).toHaveLength(1);
    expect(summaryOf([...run(100, 12), ...run(114, 12)])).toHaveLength(2);
  });

  test('but not if a single second is missing', () => {
    expect(summaryOf([...run(100, 8), ...run(109, 4)])).toEqual([[1, 112, 3]]);
  });

  test('if there is trouble, and the speed settles again afterwards', () => {
    const trouble = run(112, 30, { troubled: true, speed: 0 });
    expect(summaryOf([...run(100, 12), ...trouble, ...run(142, 11)])).toEqual([[1, 111, 3]]);
    expect(summaryOf([...run(100, 12), ...trouble, ...run(142, 12)])).toEqual([
      [1, 111, 3],
      [1, 153, 3],
    ]);
  });
});

describe('the end of a plateau', () => {
  // Miners died in second 117, and the dashboard counted them until 120.
  const dying = [...run(100, 17, { speed: 10 }), ...run(117, 3, { speed: 1 })];

  test('does not count, because dead replicas are noticed late', () => {
    const points = [...dying, ...run(120, 1, { miners: 0 })];
    expect(speedsOf(points)).toEqual(Array(8).fill(10));
  });

  test('counts as far as it is needed, so that a measured plateau does not vanish', () => {
    const points = [...run(100, 12), ...run(112, 1, { miners: 2 })];
    expect(summaryOf(points)).toEqual([[1, 111, 3]]);
  });
});
