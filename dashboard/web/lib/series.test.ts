import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { toSeries } from './series.ts';

const point = (at: number, speed: number | null = at, hashes: number | null = null): Point => ({
  at,
  speed,
  loops: 0,
  hashes,
  miners: 1,
  rng: 1,
  hasher: 1,
});

describe('the curve of the speed', () => {
  test('is empty without points', () => {
    expect(toSeries([], 60)).toEqual([[], [], []]);
  });

  test('has a time and a speed for each point', () => {
    const [times, speeds] = toSeries([point(100, 3.3), point(101, 3.4)], 60);
    expect(times).toEqual([100, 101]);
    expect(speeds).toEqual([3.3, 3.4]);
  });

  test('breaks where the speed is not known', () => {
    expect(toSeries([point(100, 3), point(101, null), point(102, 3)], 60)[1]).toEqual([3, null, 3]);
  });

  test('has a gap where nobody looked for a while', () => {
    const [times, speeds] = toSeries([point(100, 3), point(110, 4)], 60);
    expect(times).toEqual([100, 109, 110]);
    expect(speeds).toEqual([3, null, 4]);
  });

  test('shows the last so many seconds', () => {
    const points = Array.from({ length: 100 }, (_, n) => point(1000 + n));
    const [times] = toSeries(points, 60);
    expect(times).toHaveLength(60);
    expect(times.at(0)).toBe(1040);
    expect(times.at(-1)).toBe(1099);
  });
});

describe('the classic curve', () => {
  const classicOf = (...hashes: (number | null)[]) =>
    toSeries(
      hashes.map((count, n) => point(100 + n, 0, count)),
      60,
    )[2];

  test('is how far hashes moved in each second', () => {
    expect(classicOf(10, 10, 14, 17).slice(1)).toEqual([0, 4, 3]);
  });

  test('is not known for the first point', () => {
    expect(classicOf(10)).toEqual([null]);
  });

  test('is not known where nobody had counted yet, and after a reset', () => {
    expect(classicOf(null, 5, 9, 1, 2)).toEqual([null, null, 4, null, 1]);
  });

  test('knows the point before the first that is shown', () => {
    const points = [point(100, 0, 10), point(101, 0, 14)];
    expect(toSeries(points, 1)).toEqual([[101], [0], [4]]);
  });
});
