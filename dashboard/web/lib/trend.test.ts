import { describe, expect, test } from 'vitest';
import { testPoint } from '../../../testing/frame-data.ts';
import { trendOf } from './trend.ts';

const point = (at: number, speed: number | null) => testPoint(at, { speed });

/** The trend between two speeds that are 30 seconds apart. */
const trend = (then: number | null, now: number | null) =>
  trendOf([point(100, then), point(115, 50), point(130, now)]);

describe('the trend', () => {
  test('is up from the earlier speed if the speed rose', () => {
    expect(trend(3, 10)).toEqual({ direction: 'up', from: 3 });
  });

  test('is down from the earlier speed if the speed fell', () => {
    expect(trend(10, 3)).toEqual({ direction: 'down', from: 10 });
  });

  test('is steady if the speed did not change', () => {
    expect(trend(3, 3)).toEqual({ direction: 'steady' });
  });

  test('is steady within 5%', () => {
    expect(trend(10, 10.4)).toEqual({ direction: 'steady' });
    expect(trend(10, 9.6)).toEqual({ direction: 'steady' });
  });

  test('is not steady beyond 5%', () => {
    expect(trend(10, 10.6)).toEqual({ direction: 'up', from: 10 });
    expect(trend(10, 9.4)).toEqual({ direction: 'down', from: 10 });
  });

  test('is up when mining starts', () => {
    expect(trend(0, 3)).toEqual({ direction: 'up', from: 0 });
  });

  test('is down when mining stops', () => {
    expect(trend(3, 0)).toEqual({ direction: 'down', from: 3 });
  });

  test('compares with exactly 30 seconds ago', () => {
    const points = [point(99, 20), point(100, 5), point(101, 20), point(130, 10)];
    expect(trendOf(points)).toEqual({ direction: 'up', from: 5 });
  });

  test('compares with up to 2 seconds earlier if that point is missing', () => {
    expect(trendOf([point(98, 5), point(130, 10)])).toEqual({ direction: 'up', from: 5 });
  });
});

describe('there is no trend', () => {
  test('without points', () => {
    expect(trendOf([])).toBeUndefined();
  });

  test('with a single point', () => {
    expect(trendOf([point(100, 3)])).toBeUndefined();
  });

  test('in the first 30 seconds', () => {
    expect(trendOf([point(100, 3), point(129, 10)])).toBeUndefined();
  });

  test('if the points around 30 seconds ago are missing', () => {
    expect(trendOf([point(97, 3), point(130, 10)])).toBeUndefined();
  });

  test('if the current speed is unknown', () => {
    expect(trend(3, null)).toBeUndefined();
  });

  test('if the earlier speed is unknown', () => {
    expect(trend(null, 3)).toBeUndefined();
  });

  test('while nothing is mined', () => {
    expect(trend(0, 0)).toBeUndefined();
  });
});
