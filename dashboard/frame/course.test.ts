import { describe, expect, test } from 'vitest';
import { testPoint, testSettings } from '../../tools/stack/frame-data.ts';
import { furthestSetup, isUsual, latestRun, SETUPS, type Scale } from './course.ts';
import type { Point } from './frame.ts';
import { plateausOf } from './plateaus.ts';

/** 20 seconds of each, one after the other. */
const plateaus = (...periods: Partial<Point>[]) =>
  plateausOf(
    periods.flatMap((values, period) =>
      Array.from({ length: 20 }, (_, second) => testPoint(20 * period + second, values)),
    ),
  );

const running = ({ miner: miners, rng, hasher }: Scale, values: Partial<Point> = {}) => ({
  miners,
  rng,
  hasher,
  ...values,
});

test('the course is about the default settings', () => {
  expect(isUsual(testSettings())).toBe(true);
  expect(isUsual(testSettings({ producer: { poisonEvery: 20 } }))).toBe(false);
  expect(isUsual(null)).toBe(false);
});

test('the latest run of a setup counts', () => {
  const { ten, one } = SETUPS;
  const history = plateaus(
    running(ten, { speed: 9 }),
    running(one),
    running(ten, { speed: 9.8 }),
    running(ten, { speed: 20, settings: testSettings({ rng: [{ delayMs: 50, slots: 1 }] }) }),
  );
  expect(latestRun(ten, history)?.speed).toBe(9.8);
  expect(latestRun(SETUPS.two, history)).toBeUndefined();
});

describe('the furthest setup', () => {
  test('is the last one of the course, whatever runs now', () => {
    expect(furthestSetup([])).toBeUndefined();
    expect(furthestSetup(plateaus(running(SETUPS.one)))).toBe('one');
    const back = plateaus(running(SETUPS.one), running(SETUPS['two-rngs']), running(SETUPS.ten));
    expect(furthestSetup(back)).toBe('two-rngs');
  });

  test('is none while only other numbers of replicas have run', () => {
    expect(furthestSetup(plateaus({ miners: 3 }, { miners: 10, rng: 3 }))).toBeUndefined();
  });
});
