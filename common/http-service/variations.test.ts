import { describe, expect, test } from 'vitest';
import { mean } from '../statistics.ts';
import { variationWords } from '../variation-words.ts';
import { drawDelay, type Distribution } from './behavior.ts';
import { createVariations, seededRandom, type VariationSettings } from './variations.ts';

const usual: VariationSettings = {
  delayMs: 100,
  distribution: 'constant',
  errorRate: 0,
  hangRate: 0,
  leakKb: 0,
  slowReplica: '',
  slowFactor: 5,
  seed: 7,
  show: true,
};

/** Returns the variations of rng-2. */
const vary = (settings: Partial<VariationSettings>, instance = 'rng-2') =>
  createVariations({ ...usual, ...settings }, instance);

const draw = <T>(n: number, next: (() => T) | undefined) =>
  Array.from({ length: n }, () => next?.() as T);

function deviationOf(values: number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}

test('usually, there are no variations', () => {
  expect(vary({})).toBeUndefined();
  expect(vary({ slowReplica: 'rng-1' })).toBeUndefined();
  expect(vary({ slowReplica: 'rng-2', slowFactor: 1 })).toBeUndefined();
});

describe('delays of 100 ms on average', () => {
  /** The standard deviation of a uniform distribution is its width ÷ √12, that of an exponential one its mean. */
  test.each<[Distribution, number]>([
    ['constant', 0],
    ['uniform', 200 / Math.sqrt(12)],
    ['exponential', 100],
  ])('with %s distribution have a standard deviation of %f ms', (distribution, deviation) => {
    const random = seededRandom('a seed');
    const delays = draw(20_000, () => drawDelay(distribution, 100, random));
    expect(mean(delays) / 100).toBeCloseTo(1, 1.5);
    expect(deviationOf(delays)).toBeGreaterThanOrEqual(0.98 * deviation);
    expect(deviationOf(delays)).toBeLessThanOrEqual(1.02 * deviation);
  });

  test('are from 0 to 200 ms if uniform', () => {
    const delays = draw(20_000, vary({ distribution: 'uniform' })?.nextDelayMs);
    expect(Math.min(...delays)).toBe(0);
    expect(Math.max(...delays)).toBe(200);
  });

  test('exceed three times the mean with probability e⁻³ if exponential', () => {
    const delays = draw(20_000, vary({ distribution: 'exponential' })?.nextDelayMs);
    expect(delays.filter((ms) => ms > 300).length / delays.length).toBeCloseTo(Math.exp(-3), 2);
  });

  test('are whole milliseconds, as timers are, which does not change the mean', () => {
    const delays = draw(20_000, vary({ delayMs: 5, distribution: 'exponential' })?.nextDelayMs);
    expect(delays.every(Number.isInteger)).toBe(true);
    expect(mean(delays)).toBeGreaterThan(4.9);
    expect(mean(delays)).toBeLessThan(5.1);
  });
});

describe('a slow replica', () => {
  test('has a delay that is longer by its factor', () => {
    expect(vary({ slowReplica: 'rng-2' })?.nextDelayMs()).toBe(500);
    expect(vary({ slowReplica: 'rng-2', slowFactor: 1.5 })?.nextDelayMs()).toBe(150);
  });

  test('has longer delays of the same distribution', () => {
    const slow = vary({ slowReplica: 'rng-2', distribution: 'uniform' });
    expect(mean(draw(20_000, slow?.nextDelayMs)) / 500).toBeCloseTo(1, 1.5);
  });

  test('does not change the others', () => {
    const other = vary({ slowReplica: 'rng-2', distribution: 'uniform' }, 'rng-1');
    expect(mean(draw(20_000, other?.nextDelayMs)) / 100).toBeCloseTo(1, 1.5);
    expect(other?.shown).toEqual({ delays: 'uniform' });
  });
});

describe.each(['fails', 'hangs'] as const)('a request %s', (what) => {
  test.each([0.05, 0.5])('with a probability of %f', (rate) => {
    const outcomes = draw(20_000, vary({ errorRate: rate, hangRate: rate })?.[what]);
    expect(outcomes.filter(Boolean).length / outcomes.length / rate).toBeCloseTo(1, 1);
  });

  test('always with a probability of 1, and never with 0', () => {
    const always = vary({ errorRate: 1, hangRate: 1 });
    expect(draw(1000, always?.[what])).not.toContain(false);
    const never = vary({ leakKb: 1 });
    expect(draw(1000, never?.[what])).not.toContain(true);
  });
});

describe('with a seed', () => {
  const random = { distribution: 'exponential', errorRate: 0.5, hangRate: 0.5 } as const;
  const sequence = (settings: Partial<VariationSettings> = {}, instance = 'rng-2') => {
    const variations = vary({ ...random, ...settings }, instance);
    return {
      delays: draw(50, variations?.nextDelayMs),
      errors: draw(50, variations?.fails),
      hangs: draw(50, variations?.hangs),
    };
  };

  test('delays, errors and hangs are the same after each start', () => {
    expect(sequence()).toEqual(sequence());
  });

  test('they differ by seed, by replica, and from one another', () => {
    const { delays, errors, hangs } = sequence();
    expect(sequence({ seed: 8 }).delays).not.toEqual(delays);
    expect(sequence({}, 'rng-1').delays).not.toEqual(delays);
    expect(errors).not.toEqual(hangs);
  });

  test('delays stay the same if errors are turned off', () => {
    expect(sequence({ errorRate: 0 }).delays).toEqual(sequence().delays);
  });

  test('of 0, they differ after each start', () => {
    expect(sequence({ seed: 0 })).not.toEqual(sequence({ seed: 0 }));
  });
});

describe('a replica', () => {
  test.each<[Partial<VariationSettings>, string]>([
    [{ distribution: 'exponential' }, 'has exponential delays'],
    [{ slowReplica: 'rng-2' }, 'is 5 times slower'],
    [{ errorRate: 0.05 }, 'fails 5% of requests'],
    [{ hangRate: 0.001 }, 'never answers 0.1% of requests'],
    [{ leakKb: 64 }, 'leaks 64 KiB per request'],
  ])('with %j %s', (settings, words) => {
    expect(variationWords(vary(settings)?.shown)).toEqual([words]);
  });

  test('says nothing if its variations are hidden, but has them', () => {
    const hidden = vary({ errorRate: 1, show: false });
    expect(hidden?.shown).toBeUndefined();
    expect(hidden?.fails()).toBe(true);
  });
});
