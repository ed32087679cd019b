import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint, testSettings } from '../../../tools/stack/frame-data.ts';
import { responseGrowth } from './response-growth.ts';

/** Returns 30 seconds for each of these, one after the other. */
function history(...periods: Partial<Point>[]): Point[] {
  return periods.flatMap((values, period) =>
    Array.from({ length: 30 }, (_, second) => testPoint(1000 + period * 30 + second, values)),
  );
}

describe('responseGrowth', () => {
  test('compares the response time to the one with fewer miners', () => {
    const points = history({ miners: 1, rngMs: 100 }, { miners: 10, rngMs: 832 });
    expect(responseGrowth(points, 'rng')).toEqual({
      fewer: { miners: 1, ms: 100 },
      now: { miners: 10, ms: 832 },
    });
    expect(responseGrowth(points, 'hasher')).toBeNull();
  });

  test('compares to the smallest response time', () => {
    const points = history(
      { miners: 5, rngMs: 330 },
      { miners: 2, rngMs: 105 },
      { miners: 10, rngMs: 832 },
    );
    expect(responseGrowth(points, 'rng')?.fewer).toEqual({ miners: 2, ms: 105 });
  });

  test('ignores the first ten seconds after a change, which include older calls', () => {
    const points = history({ miners: 1 }, { miners: 10, rngMs: 832 }).map((point) =>
      point.at >= 1030 && point.at < 1040 ? { ...point, rngMs: 10 } : point,
    );
    expect(responseGrowth(points.slice(0, 45), 'rng')?.now.ms).toBe(832);
  });

  test('is unknown right after a change', () => {
    const points = history({ miners: 1 }, { miners: 10, rngMs: 832 });
    expect(responseGrowth(points.slice(0, 42), 'rng')).toBeNull();
  });

  test('is unknown without points, and without earlier ones', () => {
    expect(responseGrowth([], 'rng')).toBeNull();
    expect(responseGrowth(history({ miners: 10, rngMs: 832 }), 'rng')).toBeNull();
  });

  test('is null if the response time stayed about the same', () => {
    expect(responseGrowth(history({ miners: 1 }, { miners: 2, rngMs: 149 }), 'rng')).toBeNull();
  });

  test.each([
    ['more miners', { miners: 11 }],
    ['other replicas', { rng: 2 }],
    ['other settings', { settings: testSettings({ rng: [{ delayMs: 10, slots: 1 }] }) }],
    ['unknown response times', { rngMs: null }],
    ['problems', { troubled: true }],
  ])('does not compare to seconds with %s', (_, values) => {
    const points = history({ miners: 1, rngMs: 50, ...values }, { miners: 10, rngMs: 832 });
    expect(responseGrowth(points, 'rng')).toBeNull();
  });

  test('works without names of replicas', () => {
    const points = history({ rng: null }, { rng: null, miners: 10, rngMs: 832 });
    expect(responseGrowth(points, 'rng')?.now.miners).toBe(10);
  });
});
