import { expect, test } from 'vitest';
import { variationWords } from '@dockercoins/common/variation-words';
import { variationsOf } from './variations.ts';

const vary = (PRODUCER_RATE: number, PRODUCER_POISON_EVERY: number, SHOW_VARIATIONS = true) =>
  variationsOf({ PRODUCER_RATE, PRODUCER_POISON_EVERY, SHOW_VARIATIONS });

test('in words, the producer', () => {
  expect(vary(0, 0)).toBeUndefined();
  const words = (...settings: Parameters<typeof vary>) => variationWords(vary(...settings));
  expect(words(0.5, 0)).toEqual(['adds 0.5 jobs/s']);
  expect(words(12, 100)).toEqual(['adds 12 jobs/s', 'makes 1 job in 100 poison']);
  expect(words(0, 1)).toEqual(['makes every job poison']);
});

test('hidden variations are not told', () => {
  expect(vary(12, 100, false)).toBeUndefined();
});
