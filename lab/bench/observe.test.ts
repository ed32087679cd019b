import { expect, test } from 'vitest';
import { medianOf } from './observe.ts';

test('the median is taken of each figure, also of those by kind of process', () => {
  const all = [
    { speed: 10, load: { miner: 0.3, rng: 0.1 } },
    { speed: 30, load: { miner: 0.1, rng: 0.3 } },
    { speed: 20, load: { miner: 0.2, rng: 0.2 } },
  ];
  expect(medianOf(all)).toEqual({ speed: 20, load: { miner: 0.2, rng: 0.2 } });
});
