import { expect, test } from 'vitest';
import type { Prediction } from './predict.ts';
import { comparisonText, kneeText, limitText, speedText } from './sentences.ts';

const prediction = (values: Partial<Prediction> = {}): Prediction => ({
  speed: 19.94,
  deviation: 0.01,
  stages: [
    { name: 'miner', utilization: 0.86, waitMs: null },
    { name: 'rng', utilization: 1.001, waitMs: 46 },
    { name: 'hasher', utilization: null, waitMs: 1.6 },
  ],
  limitedBy: 'rng',
  ...values,
});

test('the speed', () => {
  expect(speedText(prediction())).toBe('19.9 hashes/s');
  expect(speedText(prediction({ speed: 24, deviation: 0.6 }))).toBe('24.0 ± 0.6 hashes/s');
});

test.each([
  [19.94, 9.97, '2.0 times the speed now.'],
  [24, 1, '24 times the speed now.'],
  [19.94, 19.8, 'As fast as now.'],
  [19.94, null, ''],
])('%d compared with %d', (speed, now, text) => {
  expect(comparisonText(speed, now)).toBe(text);
});

test.each([
  [{}, 0, 'rng limits it: its slots are 100% busy.'],
  [{ limitedBy: 'miner' }, 0, 'The miners limit it: they work on loops 86% of the time.'],
  [
    { limitedBy: 'arrivals', speed: 6 },
    6,
    'The arrivals limit it: no more than 6 jobs/s are added.',
  ],
  [{}, 30, 'rng limits it: its slots are 100% busy. The queue grows, because 30 jobs/s arrive.'],
] as const)('what limits it: %j, %d arrivals', (values, rate, text) => {
  const settings = rate === 0 ? {} : { PRODUCER_RATE: rate };
  const setup = { scale: { miner: 1, rng: 1, hasher: 1 }, settings };
  expect(limitText(prediction(values), setup)).toBe(text);
});

test('the knee', () => {
  expect(kneeText(6.1, 20)).toBe('The knee is at 6.1 miners: more of them hardly add anything.');
  expect(kneeText(null, 20)).toBe('Up to 20 miners, each one adds as much as the first.');
});
