import { describe, expect, test } from 'vitest';
import { addDifference, count, countUpTo, quantile, totalOf, type Histogram } from './histogram.ts';

function histogramOf(durations: number[]): Histogram {
  const histogram: Histogram = {};
  for (const ms of durations) count(histogram, ms);
  return histogram;
}

describe('a quantile', () => {
  test('of an empty histogram is null', () => {
    expect(quantile({}, 0.5)).toBeNull();
  });

  test.each([0.3, 1, 7, 100, 101.7, 2500, 60_000])(
    'is never too low and at most 4.5%% too high: %f ms',
    (ms) => {
      for (const fraction of [0.01, 0.5, 1]) {
        const estimate = quantile(histogramOf([ms, ms, ms]), fraction) ?? NaN;
        expect(estimate / ms).toBeGreaterThanOrEqual(1);
        expect(estimate / ms).toBeLessThan(1.0443);
      }
    },
  );

  test('is close to the exact value', () => {
    const histogram = histogramOf(Array.from({ length: 100 }, (_, n) => 10 * (n + 1)));
    for (const fraction of [0.1, 0.5, 0.9, 0.99, 1]) {
      expect((quantile(histogram, fraction) ?? NaN) / (1000 * fraction)).toBeCloseTo(1, 1);
    }
  });

  test('does not depend on the order of the durations', () => {
    expect(quantile(histogramOf([500, 1, 500]), 1)).toBe(quantile(histogramOf([500, 500, 1]), 1));
  });
});

describe('a histogram', () => {
  test.each([0, 0.1, 0.25])('counts %f ms in the first bucket', (ms) => {
    expect(histogramOf([ms])).toEqual({ 0: 1 });
  });

  test('knows how many durations it has', () => {
    expect(totalOf({})).toBe(0);
    expect(totalOf(histogramOf([1, 1, 500]))).toBe(3);
  });

  test('survives conversion to JSON and back', () => {
    const histogram = histogramOf([1, 10, 10, 100]);
    expect(JSON.parse(JSON.stringify(histogram))).toEqual(histogram);
  });
});

describe('countUpTo', () => {
  test('counts the durations up to a power of two, which it includes', () => {
    const histogram = histogramOf([0.1, 1, 1.9, 2, 2.1, 64, 65]);
    expect([0.25, 1, 2, 4, 64, 128].map((ms) => countUpTo(histogram, ms))).toEqual([
      1, 2, 4, 5, 6, 7,
    ]);
  });

  test('of an empty histogram is 0', () => {
    expect(countUpTo({}, 1000)).toBe(0);
  });
});

describe('addDifference', () => {
  test('adds the durations counted between two snapshots', () => {
    const earlier = histogramOf([1, 10]);
    const later = histogramOf([1, 10, 10, 100]);
    const sum: Histogram = {};
    addDifference(sum, later, earlier);
    expect(sum).toEqual(histogramOf([10, 100]));
  });

  test('adds to existing counts', () => {
    const sum = histogramOf([1]);
    addDifference(sum, histogramOf([1, 10]));
    expect(sum).toEqual(histogramOf([1, 1, 10]));
  });

  test('ignores buckets that shrank', () => {
    const sum: Histogram = {};
    addDifference(sum, histogramOf([10]), histogramOf([10, 10]));
    expect(sum).toEqual({});
  });
});
