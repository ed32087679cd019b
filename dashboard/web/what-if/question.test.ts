import { expect, test } from 'vitest';
import { bandOf, closestTo } from './question.ts';

test('the closest guess is found', () => {
  const [ada, bob, eve] = [
    { name: 'Ada', speed: 33 },
    { name: 'Bob', speed: 12 },
    { name: 'Eve', speed: 8 },
  ];
  expect(closestTo(11, [ada, bob, eve])).toEqual([bob]);
  expect(closestTo(10, [ada, bob, eve])).toEqual([bob, eve]);
  expect(closestTo(10, [])).toEqual([]);
});

test('a prediction is a band of 3% on either side', () => {
  expect(bandOf(100)).toEqual({ low: 97, high: 103 });
});
