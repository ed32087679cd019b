import { expect, test } from 'vitest';
import { mean, median } from '@dockercoins/common/statistics';
import { combine } from './observe.ts';

test('observations are combined field by field, including nested fields', () => {
  const all = [
    { speed: 10, load: { miner: 0.3, rng: 0.1 } },
    { speed: 60, load: { miner: 0.1, rng: 0.3 } },
    { speed: 20, load: { miner: 0.2, rng: 0.2 } },
  ];
  expect(combine(all, median)).toEqual({ speed: 20, load: { miner: 0.2, rng: 0.2 } });
  expect(combine(all, mean).speed).toBe(30);
});
