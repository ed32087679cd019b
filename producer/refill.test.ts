import { describe, expect, test } from 'vitest';
import { backlogOf, chunksMissing } from './refill.ts';

const sum = (chunks: number[]) => chunks.reduce((a, b) => a + b, 0);

describe('the backlog', () => {
  test('is every job that no worker has', () => {
    expect(backlogOf({ waiting: 3, delayed: 4, prioritized: 5 })).toBe(12);
  });

  test('takes missing counts as 0', () => {
    expect(backlogOf({})).toBe(0);
    expect(backlogOf({ delayed: 2 })).toBe(2);
  });
});

describe('the refill', () => {
  test.each([
    [0, 100, [100]],
    [90, 100, [10]],
    [100, 100, []],
    [150, 100, []],
    [0, 500, [500]],
    [0, 501, [500, 1]],
    [0, 1700, [500, 500, 500, 200]],
  ])('of a backlog of %i to %i is added in chunks of %j', (waiting, target, chunks) => {
    expect(chunksMissing({ waiting }, target)).toEqual(chunks);
  });

  test('is exact and in chunks of 1 to 500, whatever the backlog and the target', () => {
    for (let i = 0; i < 2000; i++) {
      const backlog = { waiting: (i * 37) % 1301, delayed: (i * 11) % 701, prioritized: i % 3 };
      const target = (i * 61) % 4001;
      const chunks = chunksMissing(backlog, target);
      expect(sum(chunks)).toBe(Math.max(0, target - backlogOf(backlog)));
      expect(chunks.every((size) => size >= 1 && size <= 500)).toBe(true);
    }
  });
});
