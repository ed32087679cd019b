import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint as point, testSettings } from '../../../tools/stack/frame-data.ts';
import { scaleEvents } from './scale-events.ts';

type Values = Partial<Pick<Point, 'miners' | 'rng' | 'hasher' | 'settings'>>;

/** Periods of some seconds with the same values, starting at 100, one point per second. */
const periods = (...list: [seconds: number, values: Values][]) =>
  list
    .flatMap(([seconds, values]) => Array.from({ length: seconds }, () => values))
    .map((values, n) => point(100 + n, values));

const marksOf = (...list: [seconds: number, values: Values][]) =>
  scaleEvents(periods(...list)).map(({ at, text }) => [at, text]);

const miners = (...list: [seconds: number, miners: number][]) =>
  marksOf(...list.map(([seconds, count]): [number, Values] => [seconds, { miners: count }]));

const rngs = (...list: [seconds: number, rng: number | null][]) =>
  marksOf(...list.map(([seconds, rng]): [number, Values] => [seconds, { rng }]));

describe('scaleEvents', () => {
  test('returns nothing without points', () => {
    expect(scaleEvents([])).toEqual([]);
  });

  test('returns nothing while nothing changes', () => {
    expect(miners([30, 3])).toEqual([]);
  });

  test('returns a mark with the number of replicas before and after', () => {
    expect(scaleEvents(periods([10, {}], [10, { miners: 10 }]))).toEqual([
      { at: 110, text: 'miner 1 → 10' },
    ]);
  });

  test('marks scaling down, to zero, and back', () => {
    expect(miners([10, 10], [10, 2], [10, 0], [10, 1])).toEqual([
      [110, 'miner 10 → 2'],
      [120, 'miner 2 → 0'],
      [130, 'miner 0 → 1'],
    ]);
  });

  test('marks changes of rng and hasher', () => {
    expect(marksOf([10, {}], [10, { rng: 2 }], [10, { rng: 2, hasher: 3 }])).toEqual([
      [110, 'rng 1 → 2'],
      [120, 'hasher 1 → 3'],
    ]);
  });

  test('marks services separately, in the order in which their changes began', () => {
    expect(
      marksOf(
        [10, {}],
        [1, { hasher: 2 }],
        [1, { hasher: 2, rng: 2 }],
        [20, { hasher: 2, rng: 2, miners: 5 }],
      ),
    ).toEqual([
      [110, 'hasher 1 → 2'],
      [111, 'rng 1 → 2'],
      [112, 'miner 1 → 5'],
    ]);
  });
});

describe('values in between', () => {
  test('do not count: rng 1, 3, 4', () => {
    expect(rngs([20, 1], [3, 3], [20, 4])).toEqual([[120, 'rng 1 → 4']]);
  });

  test('do not count: 0, 38, 40 miners', () => {
    expect(miners([20, 0], [7, 38], [20, 40])).toEqual([[120, 'miner 0 → 40']]);
  });

  test('do not count: rng 2, 1, 0', () => {
    expect(rngs([20, 2], [4, 1], [20, 0])).toEqual([[120, 'rng 2 → 0']]);
  });

  test('do not count, however many there are', () => {
    expect(miners([20, 1], [5, 2], [5, 3], [5, 4], [20, 5])).toEqual([[120, 'miner 1 → 5']]);
  });

  test('count if they held for 8 seconds', () => {
    expect(miners([20, 1], [8, 5], [20, 10])).toEqual([
      [120, 'miner 1 → 5'],
      [128, 'miner 5 → 10'],
    ]);
  });

  test('that are the old value restart the change', () => {
    expect(miners([20, 1], [3, 0], [3, 1], [20, 5])).toEqual([[126, 'miner 1 → 5']]);
  });
});

describe('a change that has not settled', () => {
  test('is marked with an ellipsis from its first second on', () => {
    expect(miners([20, 1], [1, 5])).toEqual([[120, 'miner 1 → 5 …']]);
  });

  test('shows the latest value', () => {
    expect(miners([20, 1], [2, 5], [2, 9], [1, 10])).toEqual([[120, 'miner 1 → 10 …']]);
  });

  test('loses the ellipsis after 8 seconds', () => {
    expect(miners([20, 1], [7, 5])).toEqual([[120, 'miner 1 → 5 …']]);
    expect(miners([20, 1], [8, 5])).toEqual([[120, 'miner 1 → 5']]);
  });

  test('vanishes if the old value returns', () => {
    expect(miners([20, 10], [7, 9], [1, 10])).toEqual([]);
  });

  test('vanishes if the value becomes unknown', () => {
    expect(rngs([20, 2], [3, 1], [1, null])).toEqual([]);
  });
});

describe('the first value', () => {
  test('of miners counts at once', () => {
    expect(miners([2, 0], [3, 20], [20, 40])).toEqual([[102, 'miner 0 → 40']]);
  });

  test('of rng counts once it has settled, because replicas are discovered one by one', () => {
    expect(rngs([5, null], [2, 3], [20, 4], [20, 2])).toEqual([[127, 'rng 4 → 2']]);
  });
});

describe('unknown values', () => {
  test('are not a change', () => {
    expect(rngs([20, 1], [60, null], [20, 1])).toEqual([]);
  });

  test('do not hide a change: it is marked at the next known value', () => {
    expect(rngs([20, 1], [60, null], [20, 2])).toEqual([[180, 'rng 1 → 2']]);
  });

  test('do not count as time in which a value held', () => {
    expect(rngs([20, 2], [2, 1], [60, null], [20, 2])).toEqual([]);
  });

  test('differ from none', () => {
    expect(rngs([20, 1], [20, 0], [20, null], [20, 1])).toEqual([
      [120, 'rng 1 → 0'],
      [160, 'rng 0 → 1'],
    ]);
  });
});

describe('missing points', () => {
  const before = periods([20, {}]);
  const after = (values: Values) => periods([20, values]).map((p) => ({ ...p, at: p.at + 900 }));

  test('are no change', () => {
    expect(scaleEvents([...before, ...after({})])).toEqual([]);
  });

  test('do not hide a change: it is marked at the first point after the gap', () => {
    expect(scaleEvents([...before, ...after({ miners: 4 })])).toMatchObject([
      { at: 1000, text: 'miner 1 → 4' },
    ]);
  });
});

describe('settings', () => {
  const usual = { settings: testSettings() };
  const fast = { settings: testSettings({ miner: [{ delayMs: 0, slots: 1 }] }) };
  const unknown = { settings: null };

  test('are marked when they change', () => {
    expect(marksOf([20, usual], [20, fast])).toEqual([[120, 'settings changed']]);
  });

  test('are compared by their values', () => {
    expect(marksOf([20, usual], [20, { settings: testSettings() }])).toEqual([]);
  });

  test('are compared across the time in which they are unknown', () => {
    expect(marksOf([20, usual], [9, unknown], [20, usual])).toEqual([]);
    expect(marksOf([20, usual], [9, unknown], [20, fast])).toEqual([[129, 'settings changed']]);
  });

  test('are unknown while replicas do not respond', () => {
    expect(marksOf([20, usual], [20, unknown], [20, usual])).toEqual([]);
  });

  test('are marked with an ellipsis until they have settled', () => {
    expect(marksOf([20, usual], [3, fast])).toEqual([[120, 'settings changed …']]);
  });
});
