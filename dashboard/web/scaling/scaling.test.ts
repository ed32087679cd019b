import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint as point, testSettings } from '../../../tools/stack/frame-data.ts';
import { idOf, MAX_CURVES, scalingOf as measure, type ScalingOptions } from './scaling.ts';

/** Periods of 20 seconds with the same values, one point per second. */
const periods = (...list: Partial<Point>[]) =>
  list
    .flatMap((values) => Array.from({ length: 20 }, () => values))
    .map((values, n) => point(100 + n, values));

const scalingOf = (points: readonly Point[], options: Partial<ScalingOptions> = {}) =>
  measure(points, { revealed: true, ...options });

const NORMAL = testSettings();
const FAST = testSettings({ miner: [{ delayMs: 0, slots: 1 }] });

const one: Partial<Point> = { miners: 1, speed: 3 };
const two: Partial<Point> = { miners: 2, speed: 6 };
const ten: Partial<Point> = { miners: 10, speed: 10 };
const tenWithFour: Partial<Point> = { miners: 10, rng: 4, speed: 30 };

/** Number of rngs, words, and [miners, speed] of each measurement of each curve. */
const curvesOf = (points: readonly Point[]) =>
  scalingOf(points).curves.map(({ rng, words, measurements }) => [
    rng,
    words,
    measurements.map(({ miners, speed }) => [miners, speed]),
  ]);

const currentOf = (points: readonly Point[]) =>
  scalingOf(points).curves.flatMap(({ rng, measurements }) =>
    measurements.filter(({ current }) => current).map(({ miners, speed }) => [rng, miners, speed]),
  );

describe('a curve', () => {
  test('does not exist without points', () => {
    expect(scalingOf([])).toEqual({
      curves: [],
      setup: undefined,
      status: 'idle',
      speedOfOne: null,
      omitted: false,
      cleared: false,
    });
  });

  test('has a measurement for each number of miners, fewest first', () => {
    expect(curvesOf(periods(ten, one, two))).toEqual([
      [
        1,
        '',
        [
          [1, 3],
          [2, 6],
          [10, 10],
        ],
      ],
    ]);
  });

  test('combines all plateaus with the same number of miners', () => {
    expect(curvesOf(periods({ ...one, speed: 3 }, two, { ...one, speed: 5 }))).toMatchObject([
      [
        1,
        '',
        [
          [1, 5], // the first plateau lost its end
          [2, 6],
        ],
      ],
    ]);
  });

  test('has no measurements of ramps, short periods, and trouble', () => {
    const short = Array.from({ length: 11 }, (_, n) => point(n, ten));
    const trouble = periods({ ...two, troubled: true });
    expect(
      curvesOf([...short, ...trouble, ...periods(one).map((p) => ({ ...p, at: p.at + 100 }))]),
    ).toEqual([[1, '', [[1, 3]]]]);
  });

  test('has no measurements without miners, loops, or known replicas', () => {
    expect(
      curvesOf(
        periods(
          { miners: 0, speed: 0 },
          { ...ten, speed: 0 },
          { ...ten, rng: null },
          { ...ten, hasher: null },
        ),
      ),
    ).toEqual([]);
  });
});

describe('curves', () => {
  test('are separate for each number of rngs, and survive its changes', () => {
    expect(curvesOf(periods(one, ten, tenWithFour, ten))).toEqual([
      [
        1,
        '',
        [
          [1, 3],
          [10, 10],
        ],
      ],
      [4, '', [[10, 30]]],
    ]);
  });

  test('say how their hashers differ', () => {
    expect(curvesOf(periods(ten, { ...ten, hasher: 2 }))).toEqual([
      [1, '1 hasher', [[10, 10]]],
      [1, '2 hashers', [[10, 10]]],
    ]);
  });

  test('say how their settings differ', () => {
    const settings = testSettings({ miner: [{ delayMs: 50, slots: 1 }] });
    expect(curvesOf(periods(ten, { ...ten, settings }))).toEqual([
      [1, 'work 100 ms', [[10, 10]]],
      [1, 'work 50 ms', [[10, 10]]],
    ]);
  });

  test('say if their settings are unknown', () => {
    const points = periods(ten, { ...ten, settings: null });
    expect(curvesOf(points).map(([, words]) => words)).toEqual([
      'known settings',
      'unknown settings',
    ]);
  });

  test('survive a pause', () => {
    const paused = { ...ten, speed: 0, rng: null, hasher: null, settings: null };
    expect(curvesOf(periods(ten, paused))).toEqual([[1, '', [[10, 10]]]]);
  });
});

describe('the names of curves', () => {
  const namesOf = (points: readonly Point[], revealed = true) =>
    scalingOf(points, { revealed }).curves.map(({ name }) => name);

  test('are their rngs if nothing else differs', () => {
    expect(namesOf(periods(tenWithFour, one))).toEqual(['1 rng', '4 rngs']);
    expect(namesOf(periods(tenWithFour, one), false)).toEqual(['1 rng', '4 rngs']);
  });

  test('are empty if the number of rngs would be a hint', () => {
    expect(namesOf(periods(one))).toEqual(['1 rng']);
    expect(namesOf(periods(one), false)).toEqual(['']);
  });

  test('are letters, oldest first, if more differs', () => {
    expect(namesOf(periods(tenWithFour, { ...ten, settings: FAST }, one))).toEqual(['A', 'B', 'C']);
  });
});

describe('of many setups', () => {
  const many = Array.from({ length: 12 }, (_, n) => ({
    ...ten,
    settings: testSettings({ rng: [{ delayMs: 100, slots: 1, variations: { leakKb: n + 1 } }] }),
  }));

  test('the latest and the current one are shown', () => {
    const scaling = scalingOf(periods(...many, ...many.slice(0, 1)));
    expect(scaling.curves).toHaveLength(MAX_CURVES);
    expect(scaling.omitted).toBe(true);
    const words = scaling.curves.map((curve) => curve.words);
    expect(words[0]).toBe('rng leaks 1 KiB per request');
    expect(words.slice(1)).toEqual(
      many.slice(5).map((_, n) => `rng leaks ${n + 6} KiB per request`),
    );
  });
});

describe('clearing', () => {
  const points = periods(one, tenWithFour, { ...ten, settings: FAST }, ten);
  const clearedAt = points.at(-1);
  const cleared = {
    at: clearedAt?.at ?? 0,
    keep: clearedAt && idOf({ ...clearedAt, rng: 1, hasher: 1 }),
  };

  test('leaves the current setup, and the efficiency', () => {
    const { curves, ...scaling } = scalingOf(points, { cleared });
    expect(curves.map(({ name, measurements }) => [name, measurements.length])).toEqual([
      ['1 rng', 2],
    ]);
    expect(scaling).toMatchObject({ cleared: true, speedOfOne: 3 });
  });

  test('does not touch what is measured later', () => {
    const later = periods(tenWithFour).map((p) => ({ ...p, at: p.at + 80 }));
    const { curves } = scalingOf([...points, ...later], { cleared });
    expect(curves.map(({ rng }) => rng)).toEqual([1, 4]);
  });
});

describe('with settings of another order of magnitude', () => {
  const fast: Partial<Point> = { miners: 1, speed: 4371, settings: FAST };

  test('only the current curves are shown', () => {
    const scaling = scalingOf(periods(one, ten, fast));
    expect(scaling.curves.map(({ settings }) => settings)).toEqual([FAST]);
    expect(scaling).toMatchObject({ omitted: true, speedOfOne: 4371 });
  });

  test('only the current curves are shown, whichever they are', () => {
    const scaling = scalingOf(periods(fast, one));
    expect(scaling.curves.map(({ settings }) => settings)).toEqual([NORMAL]);
    expect(scaling.omitted).toBe(true);
  });

  test('curves that fit stay', () => {
    const faster = {
      ...ten,
      speed: 90,
      settings: testSettings({ rng: [{ delayMs: 10, slots: 1 }] }),
    };
    expect(scalingOf(periods(ten, faster))).toMatchObject({ curves: [{}, {}], omitted: false });
  });
});

describe('the current measurement', () => {
  test('is that of the current miners, replicas, and settings', () => {
    expect(currentOf(periods(ten, tenWithFour, one, ten))).toEqual([[1, 10, 10]]);
    expect(currentOf(periods(ten, one, tenWithFour))).toEqual([[4, 10, 30]]);
  });

  test('does not exist if only other settings were measured', () => {
    const points = periods(one).concat(
      Array.from({ length: 5 }, (_, n) => point(120 + n, { ...one, speed: 4371, settings: FAST })),
    );
    expect(currentOf(points)).toEqual([]);
    expect(scalingOf(points)).toMatchObject({ speedOfOne: null, status: 'measuring' });
  });
});

describe('the efficiency', () => {
  const efficiencies = (...list: Partial<Point>[]) =>
    scalingOf(periods(...list)).curves.map(({ measurements }) =>
      measurements.map(({ efficiency }) => efficiency),
    );

  test('is the speed relative to as many single miners', () => {
    expect(efficiencies(one, two, { ...ten, speed: 15 })).toEqual([[1, 1, 0.5]]);
  });

  test('is known even if the single miner ran last, or with other numbers of replicas', () => {
    expect(efficiencies({ ...ten, speed: 15 }, { ...ten, rng: 4, speed: 30 }, one)).toEqual([
      [1, 0.5],
      [1],
    ]);
  });

  test('prefers the single miner with the same numbers of replicas', () => {
    expect(efficiencies(one, { ...one, rng: 4, speed: 4 }, { ...two, rng: 4 })).toEqual([
      [1],
      [1, 0.75],
    ]);
  });

  test('is unknown if no single miner ran with these settings', () => {
    expect(efficiencies({ ...one, settings: FAST }, two)).toEqual([[1], [null]]);
  });
});

describe('the status', () => {
  const after = (values: Partial<Point>, seconds = 5) =>
    scalingOf([
      ...periods(one),
      ...Array.from({ length: seconds }, (_, n) => point(120 + n, values)),
    ]).status;

  test('says whether the current second counts', () => {
    expect(after(one)).toBe('measured');
    expect(after(ten)).toBe('measuring');
    expect(after(ten, 12)).toBe('measured');
    expect(after({ ...ten, troubled: true })).toBe('troubled');
    expect(after({ ...ten, rng: null })).toBe('unknown replicas');
    expect(after({ ...ten, speed: 0 })).toBe('idle');
    expect(after({ miners: 0, speed: 3 })).toBe('idle');
  });
});
