import { describe, expect, test } from 'vitest';
import { around, judge, showExpected, showFigure, showTolerance } from './prediction.ts';

const SPEED = { what: 'speed', unit: 'hashes/s', expected: 10, tolerance: around(10, 0.15, 0.05) };
const NAME = { what: 'the busiest stage', unit: '', expected: 'rng' };

describe('a number', () => {
  test.each([
    [8.49, false],
    [8.5, true],
    [9.8, true],
    [10.5, true],
    [10.51, false],
    [33.3, false],
    [NaN, false],
  ])('%d passes if it is within the tolerance: %j', (measured, pass) => {
    expect(judge(SPEED, measured)).toEqual({ ...SPEED, measured, pass });
  });

  test('passes on a side that has no bound', () => {
    expect(judge({ ...SPEED, tolerance: { min: 222 } }, 4000).pass).toBe(true);
    expect(judge({ ...SPEED, tolerance: { min: 222 } }, 100).pass).toBe(false);
    expect(judge({ ...SPEED, tolerance: { max: 50 } }, 2).pass).toBe(true);
    expect(judge({ ...SPEED, tolerance: { max: 50 } }, 51).pass).toBe(false);
  });

  test('does not pass if a name was measured instead', () => {
    expect(judge(SPEED, 'none').pass).toBe(false);
  });
});

test('a name passes if it is equal', () => {
  expect(judge(NAME, 'rng').pass).toBe(true);
  expect(judge(NAME, 'miner').pass).toBe(false);
});

test('figures have up to three digits that count', () => {
  const figures = [3.3333, 10, 33.333, 752.4, 4170.6, 0.9967, 0, NaN];
  expect(figures.map((figure) => showFigure(figure, ''))).toEqual([
    '3.33',
    '10',
    '33.3',
    '752',
    '4171',
    '0.997',
    '0',
    '–',
  ]);
  expect(showFigure(752.4, 'ms')).toBe('752 ms');
  expect(showFigure('rng', '')).toBe('rng');
});

test('tolerances read like a sentence', () => {
  expect(showTolerance(SPEED)).toBe('8.5 to 10.5');
  expect(showTolerance({ ...SPEED, tolerance: { min: 222 } })).toBe('at least 222');
  expect(showTolerance({ ...SPEED, tolerance: { max: 50 } })).toBe('at most 50');
  expect(showTolerance({ ...SPEED, tolerance: { min: 0, max: 0 } })).toBe('exactly');
  expect(showTolerance(NAME)).toBe('exactly');
});

test('a prediction that is only a bound reads like one', () => {
  expect(showExpected(SPEED)).toBe('10 hashes/s');
  expect(showExpected({ ...SPEED, expected: 222, tolerance: { min: 222 } })).toBe(
    'more than 222 hashes/s',
  );
});
