import { expect, test } from 'vitest';
import { formatClock } from './format-clock.ts';

test.each([
  [0, '0:00', '0:00.000'],
  [9_999.9, '0:09', '0:09.999'],
  [60_000, '1:00', '1:00.000'],
  [3_725_040, '62:05', '62:05.040'],
])('%f ms are %s', (ms, short, long) => {
  expect(formatClock(ms, false)).toBe(short);
  expect(formatClock(ms, true)).toBe(long);
});
