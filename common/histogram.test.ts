import { describe, expect, test } from 'vitest';
import { addDifference, count, quantile, type Histogram } from './histogram.ts';

function histogramOf(durations: number[]): Histogram {
  const histogram: Histogram = {};
  for (const ms of durations) count(histogram, ms);
  return histogram;
}

describe('a quantile', () => {
  test('is not known where nothing was counted', () => {
    expect(quantile({}, 0.5)).toBeNull();
  });

  test.each([0.3, 1, 7, 100, 101.7, 2500, 60_000])('is off by 4.5 %% at the most: %f ms', (ms) => {
    for (const share of [0.01, 0.5, 1]) {
      const told = quantile(histogramOf([ms, ms, ms]), share) ?? NaN;
      expect(Math.abs(told / ms - 1)).toBeLessThan(0.0455);
    }
  });

  test('has its share of the durations below it', () => {
    const histogram = histogramOf(Array.from({ length: 100 }, (_, n) => 10 * (n + 1)));
    for (const share of [0.1, 0.5, 0.9, 0.99, 1]) {
      expect((quantile(histogram, share) ?? NaN) / (1000 * share)).toBeCloseTo(1, 1);
    }
  });

  test('does not care about the order', () => {
    expect(quantile(histogramOf([500, 1, 500]), 1)).toBe(quantile(histogramOf([500, 500, 1]), 1));
  });
});

describe('a duration', () => {
  test.each([0, 0.1, 0.25])('of %f ms is one of the shortest', (ms) => {
    expect(histogramOf([ms])).toEqual({ 0: 1 });
  });

  test('is counted as JSON and back', () => {
    const histogram = histogramOf([1, 10, 10, 100]);
    expect(JSON.parse(JSON.stringify(histogram))).toEqual(histogram);
  });
});

describe('a difference', () => {
  test('is what came between two looks', () => {
    const earlier = histogramOf([1, 10]);
    const later = histogramOf([1, 10, 10, 100]);
    const sum: Histogram = {};
    addDifference(sum, later, earlier);
    expect(sum).toEqual(histogramOf([10, 100]));
  });

  test('is added to what there is', () => {
    const sum = histogramOf([1]);
    addDifference(sum, histogramOf([1, 10]));
    expect(sum).toEqual(histogramOf([1, 1, 10]));
  });

  test('is never less than nothing', () => {
    const sum: Histogram = {};
    addDifference(sum, histogramOf([10]), histogramOf([10, 10]));
    expect(sum).toEqual({});
  });
});
