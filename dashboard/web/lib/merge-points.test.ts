import { describe, expect, test } from 'vitest';
import { HISTORY_SECONDS, type Point } from '../../frame.ts';
import { mergePoints } from './merge-points.ts';

const point = (at: number, speed: number | null = 3): Point => ({
  at,
  speed,
  loops: 0,
  hashes: null,
  miners: 1,
  rng: 1,
  hasher: 1,
});

const timesOf = (points: readonly Point[]) => points.map(({ at }) => at);

describe('points that are merged', () => {
  test('are none when there are none', () => {
    expect(mergePoints([], [])).toEqual([]);
  });

  test('are those of the one when the other has none', () => {
    expect(mergePoints([point(100)], [])).toEqual([point(100)]);
    expect(mergePoints([], [point(100)])).toEqual([point(100)]);
  });

  test('are those of both', () => {
    expect(timesOf(mergePoints([point(100), point(101)], [point(102)]))).toEqual([100, 101, 102]);
  });

  test('are the oldest first, whichever came first', () => {
    const merged = mergePoints([point(103), point(101)], [point(102), point(100)]);
    expect(timesOf(merged)).toEqual([100, 101, 102, 103]);
  });

  test('have no doubles', () => {
    const merged = mergePoints([point(100), point(101)], [point(101), point(102)]);
    expect(timesOf(merged)).toEqual([100, 101, 102]);
  });

  test('are the later given ones where both know a second', () => {
    expect(mergePoints([point(100, 3)], [point(100, 4)])).toEqual([point(100, 4)]);
  });

  test('keep unknown values', () => {
    expect(mergePoints([point(100, null)], [])).toEqual([point(100, null)]);
  });

  test('keep their gaps', () => {
    expect(timesOf(mergePoints([point(100)], [point(200)]))).toEqual([100, 200]);
  });

  test('keep nothing but the point of a frame', () => {
    const frame = { ...point(100), coins: 7, fleet: [] };
    expect(mergePoints([], [frame])).toEqual([point(100)]);
  });

  test('leave the given lists as they are', () => {
    const some = [point(101), point(100)];
    const more = [point(99)];
    mergePoints(some, more);
    expect(timesOf(some)).toEqual([101, 100]);
    expect(timesOf(more)).toEqual([99]);
  });
});

describe('the hour', () => {
  test('has a point for each second of it', () => {
    const points = Array.from({ length: HISTORY_SECONDS }, (_, n) => point(1 + n));
    expect(mergePoints(points, [])).toHaveLength(HISTORY_SECONDS);
  });

  test('loses its oldest point when a new one comes', () => {
    const points = Array.from({ length: HISTORY_SECONDS }, (_, n) => point(1 + n));
    const times = timesOf(mergePoints(points, [point(HISTORY_SECONDS + 1)]));
    expect(times).toHaveLength(HISTORY_SECONDS);
    expect(times.at(0)).toBe(2);
    expect(times.at(-1)).toBe(HISTORY_SECONDS + 1);
  });

  test('ends with the newest point, after a gap too', () => {
    expect(timesOf(mergePoints([point(100), point(5000)], [point(9000)]))).toEqual([9000]);
  });

  test('ends with the newest point of both, whichever has it', () => {
    expect(timesOf(mergePoints([point(9000)], [point(100)]))).toEqual([9000]);
  });
});
