import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { trendOf } from './trend.ts';

const point = (at: number, speed: number | null): Point => ({
  at,
  speed,
  loops: 0,
  hashes: null,
  miners: 1,
  rng: 1,
  hasher: 1,
});

/** The trend between two speeds that lie half a minute apart. */
const trend = (then: number | null, now: number | null) =>
  trendOf([point(100, then), point(115, 50), point(130, now)]);

describe('the trend', () => {
  test('is up when the speed grew, and tells from where', () => {
    expect(trend(3, 10)).toEqual({ direction: 'up', from: 3 });
  });

  test('is down when the speed fell, and tells from where', () => {
    expect(trend(10, 3)).toEqual({ direction: 'down', from: 10 });
  });

  test('is steady when the speed is the same', () => {
    expect(trend(3, 3)).toEqual({ direction: 'steady' });
  });

  test('is steady within a few per cent', () => {
    expect(trend(10, 10.4)).toEqual({ direction: 'steady' });
    expect(trend(10, 9.6)).toEqual({ direction: 'steady' });
  });

  test('is not steady beyond them', () => {
    expect(trend(10, 10.6)).toEqual({ direction: 'up', from: 10 });
    expect(trend(10, 9.4)).toEqual({ direction: 'down', from: 10 });
  });

  test('is up when mining begins', () => {
    expect(trend(0, 3)).toEqual({ direction: 'up', from: 0 });
  });

  test('is down when mining stops', () => {
    expect(trend(3, 0)).toEqual({ direction: 'down', from: 3 });
  });

  test('is steady while nothing is mined', () => {
    expect(trend(0, 0)).toEqual({ direction: 'steady' });
  });

  test('looks back half a minute and no further', () => {
    const points = [point(99, 20), point(100, 5), point(101, 20), point(130, 10)];
    expect(trendOf(points)).toEqual({ direction: 'up', from: 5 });
  });

  test('takes a point a little earlier where that one is missing', () => {
    expect(trendOf([point(98, 5), point(130, 10)])).toEqual({ direction: 'up', from: 5 });
  });
});

describe('the trend is not known', () => {
  test('without points', () => {
    expect(trendOf([])).toBeUndefined();
  });

  test('with a single point', () => {
    expect(trendOf([point(100, 3)])).toBeUndefined();
  });

  test('before half a minute has passed', () => {
    expect(trendOf([point(100, 3), point(129, 10)])).toBeUndefined();
  });

  test('when nobody looked half a minute ago', () => {
    expect(trendOf([point(97, 3), point(130, 10)])).toBeUndefined();
  });

  test('when the speed is not known', () => {
    expect(trend(3, null)).toBeUndefined();
  });

  test('when the speed was not known', () => {
    expect(trend(null, 3)).toBeUndefined();
  });
});
