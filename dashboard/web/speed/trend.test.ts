import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint as point, testSettings } from '../../../tools/stack/frame-data.ts';
import { trendOf } from './trend.ts';

/** Periods of some seconds with the same values, one point per second. */
const periods = (...list: [seconds: number, values: Partial<Point>][]) =>
  list
    .flatMap(([seconds, values]) => Array.from({ length: seconds }, () => values))
    .map((values, n) => point(100 + n, values));

const one: Partial<Point> = { miners: 1, speed: 3.3 };
const ten: Partial<Point> = { miners: 10, speed: 10 };

describe('the trend', () => {
  test('compares with the plateau before the change', () => {
    expect(trendOf(periods([20, one], [12, ten]))).toEqual({
      direction: 'up',
      from: 3.3,
      with: '1 miner',
    });
  });

  test('is down if the speed fell', () => {
    expect(trendOf(periods([20, ten], [12, one]))).toEqual({
      direction: 'down',
      from: 10,
      with: '10 miners',
    });
  });

  test('ignores the ramp', () => {
    const ramp = periods([20, one], [3, { miners: 10, speed: 5 }], [4, { miners: 10, speed: 8 }]);
    const settled = periods([5, ten]).map((p) => ({ ...p, at: p.at + 27 }));
    expect(trendOf([...ramp, ...settled])).toMatchObject({ from: 3.3 });
  });

  test('ignores values that did not hold', () => {
    expect(trendOf(periods([20, one], [6, { miners: 4, speed: 7 }], [12, ten]))).toMatchObject({
      from: 3.3,
      with: '1 miner',
    });
  });

  test('names the rngs that were different', () => {
    expect(trendOf(periods([20, ten], [12, { ...ten, rng: 4, speed: 33 }]))).toEqual({
      direction: 'up',
      from: 10,
      with: '1 rng',
    });
  });

  test('names everything that was different', () => {
    const settings = testSettings({ rng: [{ delayMs: 0, slots: 1 }] });
    const other = { miners: 10, rng: 4, hasher: 2, settings, speed: 33 };
    expect(trendOf(periods([20, one], [12, other]))).toMatchObject({
      with: '1 miner and 1 rng and 1 hasher and other settings',
    });
  });

  test('compares with what was mined before a pause', () => {
    const paused = { ...ten, speed: 0, rng: null, hasher: null, settings: null };
    expect(trendOf(periods([20, one], [20, ten], [20, paused], [12, ten]))).toEqual({
      direction: 'up',
      from: 3.3,
      with: '1 miner',
    });
  });

  test('names nothing that is unknown now', () => {
    const settings = null;
    const paused = { ...ten, speed: 0, rng: null, hasher: null, settings };
    expect(trendOf(periods([20, ten], [20, paused]))).toEqual({
      direction: 'down',
      from: 10,
      with: '',
    });
  });
});

describe('the speed is the same', () => {
  test('if it differs by at most 5%', () => {
    const after = (speed: number) => trendOf(periods([20, ten], [12, { miners: 30, speed }]));
    expect(after(10.4)).toEqual({ direction: 'same', from: 10, with: '10 miners' });
    expect(after(9.6)).toMatchObject({ direction: 'same' });
    expect(after(10.6)).toMatchObject({ direction: 'up' });
    expect(after(9.4)).toMatchObject({ direction: 'down' });
  });

  test('also if rngs are added while the miners are the limit', () => {
    const limited = { miners: 10, rng: 4, speed: 33 };
    expect(trendOf(periods([20, limited], [12, { ...limited, rng: 5 }]))).toEqual({
      direction: 'same',
      from: 33,
      with: '4 rngs',
    });
  });
});

describe('while the speed settles after a change', () => {
  test('it is being measured', () => {
    expect(trendOf(periods([20, one], [1, ten]))).toBe('measuring');
    expect(trendOf(periods([20, one], [11, ten]))).toBe('measuring');
  });

  test('nothing is measured without miners', () => {
    expect(trendOf(periods([20, one], [5, { miners: 0, speed: 0 }]))).toBeUndefined();
  });

  test('nothing is measured while there is a problem', () => {
    expect(trendOf(periods([20, one], [5, { ...ten, troubled: true }]))).toBeUndefined();
  });
});

describe('there is no trend', () => {
  test('without points', () => {
    expect(trendOf([])).toBeUndefined();
  });

  test('before the first change', () => {
    expect(trendOf(periods([5, one]))).toBeUndefined();
    expect(trendOf(periods([60, one]))).toBeUndefined();
  });

  test('if nothing known is different, apart from noise', () => {
    const unknown = { ...ten, rng: null, settings: null };
    expect(trendOf(periods([20, ten], [12, unknown]))).toBeUndefined();
  });

  test('if the change was more than five minutes ago', () => {
    expect(trendOf(periods([20, one], [300, ten]))).toBeDefined();
    expect(trendOf(periods([20, one], [301, ten]))).toBeUndefined();
  });

  test('if the speed is unknown', () => {
    expect(trendOf(periods([20, one], [20, ten], [1, { ...ten, speed: null }]))).toBeUndefined();
  });

  test('if nothing was mined before', () => {
    expect(trendOf(periods([20, { miners: 0, speed: 0 }], [20, one]))).toBeUndefined();
  });
});
