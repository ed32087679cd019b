import { describe, expect, test } from 'vitest';
import { HISTORY_SECONDS, type Point } from '../../frame/frame.ts';
import { testPoint } from '../../../tools/stack/frame-data.ts';
import { mergePoints } from './merge-points.ts';

const point = (at: number, speed: number | null = 3) => testPoint(at, { speed });

const timesOf = (points: readonly Point[]) => points.map(({ at }) => at);

describe('mergePoints', () => {
  test('returns nothing for two empty lists', () => {
    expect(mergePoints([], [])).toEqual([]);
  });

  test('returns the points of one list if the other is empty', () => {
    expect(mergePoints([point(100)], [])).toEqual([point(100)]);
    expect(mergePoints([], [point(100)])).toEqual([point(100)]);
  });

  test('returns the points of both lists', () => {
    expect(timesOf(mergePoints([point(100), point(101)], [point(102)]))).toEqual([100, 101, 102]);
  });

  test('sorts the points by time', () => {
    const merged = mergePoints([point(103), point(101)], [point(102), point(100)]);
    expect(timesOf(merged)).toEqual([100, 101, 102, 103]);
  });

  test('returns each second once', () => {
    const merged = mergePoints([point(100), point(101)], [point(101), point(102)]);
    expect(timesOf(merged)).toEqual([100, 101, 102]);
  });

  test('prefers the second list for a second that both have', () => {
    expect(mergePoints([point(100, 3)], [point(100, 4)])).toEqual([point(100, 4)]);
  });

  test('keeps unknown values', () => {
    expect(mergePoints([point(100, null)], [])).toEqual([point(100, null)]);
  });

  test('keeps gaps', () => {
    expect(timesOf(mergePoints([point(100)], [point(200)]))).toEqual([100, 200]);
  });

  test('keeps only the point of a frame', () => {
    const frame = { ...point(100), coins: 7, fleet: [] };
    expect(mergePoints([], [frame])).toEqual([point(100)]);
  });

  test('does not modify the lists', () => {
    const older = [point(101), point(100)];
    const newer = [point(99)];
    mergePoints(older, newer);
    expect(timesOf(older)).toEqual([101, 100]);
    expect(timesOf(newer)).toEqual([99]);
  });
});

describe('the merged hour', () => {
  const hour = Array.from({ length: HISTORY_SECONDS }, (_, n) => point(1 + n));

  test('has a point for each of its seconds', () => {
    expect(mergePoints(hour, [])).toHaveLength(HISTORY_SECONDS);
  });

  test('drops the oldest point when a new one is added', () => {
    const times = timesOf(mergePoints(hour, [point(HISTORY_SECONDS + 1)]));
    expect(times).toHaveLength(HISTORY_SECONDS);
    expect(times.at(0)).toBe(2);
    expect(times.at(-1)).toBe(HISTORY_SECONDS + 1);
  });

  test('ends with the newest point, even after a gap', () => {
    expect(timesOf(mergePoints([point(100), point(5000)], [point(9000)]))).toEqual([9000]);
  });

  test('ends with the newest point of either list', () => {
    expect(timesOf(mergePoints([point(9000)], [point(100)]))).toEqual([9000]);
  });
});
