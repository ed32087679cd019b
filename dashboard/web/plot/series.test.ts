import { describe, expect, test } from 'vitest';
import { testPoint } from '../../../tools/stack/frame-data.ts';
import { timeRange, toSeries } from './series.ts';

const point = (at: number, speed: number | null = at, hashes: number | null = null) =>
  testPoint(at, { speed, hashes });

describe('the speed series', () => {
  test('is empty without points', () => {
    expect(toSeries([], 60)).toEqual([[], [], []]);
  });

  test('has the time and speed of each point', () => {
    const [times, speeds] = toSeries([point(100, 3.3), point(101, 3.4)], 60);
    expect(times).toEqual([100, 101]);
    expect(speeds).toEqual([3.3, 3.4]);
  });

  test('breaks if the speed is unknown', () => {
    expect(toSeries([point(100, 3), point(101, null), point(102, 3)], 60)[1]).toEqual([3, null, 3]);
  });

  test('has a gap if points are missing', () => {
    const [times, speeds] = toSeries([point(100, 3), point(110, 4)], 60);
    expect(times).toEqual([100, 109, 110]);
    expect(speeds).toEqual([3, null, 4]);
  });

  test('covers the requested number of seconds', () => {
    const points = Array.from({ length: 100 }, (_, n) => point(1000 + n));
    const [times] = toSeries(points, 60);
    expect(times).toHaveLength(60);
    expect(times.at(0)).toBe(1040);
    expect(times.at(-1)).toBe(1099);
  });
});

describe('the time range', () => {
  const run = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => point(from + n));

  test('is one minute at first', () => {
    expect(timeRange(run(1000, 10), 300, 0)).toEqual({ min: 949, max: 1009 });
  });

  test('grows with the data', () => {
    expect(timeRange(run(1000, 100), 300, 0)).toEqual({ min: 1000, max: 1099 });
  });

  test('does not exceed the chosen number of seconds', () => {
    expect(timeRange(run(1000, 900), 300, 0)).toEqual({ min: 1600, max: 1899 });
    expect(timeRange(run(1000, 900), 60, 0)).toEqual({ min: 1839, max: 1899 });
  });

  test('ignores points before it', () => {
    expect(timeRange([...run(1000, 100), ...run(9000, 10)], 300, 0)).toEqual({
      min: 8949,
      max: 9009,
    });
  });

  test('is the last minute without points', () => {
    expect(timeRange([], 300, 1000)).toEqual({ min: 940, max: 1000 });
  });
});

describe('the classic series', () => {
  const classicOf = (...hashes: (number | null)[]) =>
    toSeries(
      hashes.map((count, n) => point(100 + n, 0, count)),
      60,
    )[2];

  test('is the increase of hashes per second', () => {
    expect(classicOf(10, 10, 14, 17).slice(1)).toEqual([0, 4, 3]);
  });

  test('is unknown for the first point', () => {
    expect(classicOf(10)).toEqual([null]);
  });

  test('is unknown before the first count and after a reset', () => {
    expect(classicOf(null, 5, 9, 1, 2)).toEqual([null, null, 4, null, 1]);
  });

  test('is unknown after a gap', () => {
    const points = [point(100, 0, 10), point(140, 0, 90), point(141, 0, 94)];
    expect(toSeries(points, 60)[2]).toEqual([null, null, null, 4]);
  });

  test('uses the point before the requested range', () => {
    const points = [point(100, 0, 10), point(101, 0, 14)];
    expect(toSeries(points, 1)).toEqual([[101], [0], [4]]);
  });
});
