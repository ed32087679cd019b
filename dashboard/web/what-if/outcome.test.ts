import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint, testSettings } from '../../../tools/stack/frame-data.ts';
import { plateausOf } from '../../frame/plateaus.ts';
import { differenceText, outcomeOf, outcomeText } from './outcome.ts';

const target = { scale: { miner: 10, rng: 2, hasher: 1 }, settings: {} };

/** Returns this many seconds of history. */
const seconds = (from: number, count: number, values: Partial<Point>) =>
  Array.from({ length: count }, (_, n) => testPoint(from + n, values));

const before = seconds(0, 20, { miners: 2 });
const after = (count: number, values: Partial<Point> = {}) =>
  seconds(20, count, { miners: 10, rng: 2, speed: 19.8, ...values });

describe('after a prediction,', () => {
  test.each([
    ['its setup does not run yet', before, { status: 'waiting' }],
    ['the speed has not settled', [...before, ...after(10)], { status: 'settling' }],
    ['the speed is measured', [...before, ...after(12)], { status: 'measured', speed: 19.8 }],
    [
      'the measured speed stays when something else runs',
      [...before, ...after(20), ...seconds(40, 20, { miners: 3 })],
      { status: 'measured', speed: 19.8 },
    ],
    [
      'other settings do not count',
      [...before, ...after(20, { settings: testSettings({ rng: [{ delayMs: 9, slots: 1 }] }) })],
      { status: 'waiting' },
    ],
    ['nor do problems', [...before, ...after(20, { troubled: true })], { status: 'settling' }],
  ] as const)('%s', (_, points, outcome) => {
    expect(outcomeOf({ target, at: 15 }, plateausOf(points), points.at(-1), 1)).toEqual(outcome);
  });

  test('what was measured before it does not count', () => {
    const points = [...after(20), ...seconds(40, 20, { miners: 3 })];
    expect(outcomeOf({ target, at: 45 }, plateausOf(points), points.at(-1), 1)).toEqual({
      status: 'waiting',
    });
  });
});

test.each([
  [20, 19.8, '1% less'],
  [20, 21, '5% more'],
  [20, 20.05, 'as predicted'],
])('predicted %d, measured %d: %s', (predicted, measured, text) => {
  expect(differenceText(predicted, measured)).toBe(text);
});

test('the outcome is a sentence', () => {
  expect(outcomeText(19.94, { status: 'waiting' })).toBe('');
  expect(outcomeText(19.94, { status: 'settling' })).toBe('Predicted 19.9/s, measuring…');
  expect(outcomeText(19.94, { status: 'measured', speed: 19.76 })).toBe(
    'Predicted 19.9/s, measured 19.8/s: 1% less.',
  );
});
