import { Backoffs, type Job } from 'bullmq';
import { afterEach, expect, test, vi } from 'vitest';
import { ATTEMPTS, BACKOFF, retryDelayMs } from './retry.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([0, 0.3, 0.999])(
  'a retry waits as long as BullMQ says, at a random number of %f',
  (n) => {
    vi.spyOn(Math, 'random').mockReturnValue(n);
    for (let attempts = 1; attempts < ATTEMPTS; attempts++) {
      const theirs = Backoffs.calculate(BACKOFF, attempts, new Error(), {} as Job);
      expect(retryDelayMs(attempts, Math.random)).toBe(theirs);
    }
  },
);

test('the first retry waits 0.25 to 0.5 s, the last one 2 to 4 s', () => {
  const range = (attempts: number) => [0, 1].map((n) => retryDelayMs(attempts, () => n));
  expect(range(1)).toEqual([250, 500]);
  expect(range(ATTEMPTS - 1)).toEqual([2000, 4000]);
});
