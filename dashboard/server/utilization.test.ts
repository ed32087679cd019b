import { describe, expect, test } from 'vitest';
import { bottleneckOf, limitOf, utilizationOf } from './utilization.ts';

describe('the utilization', () => {
  test.each([
    [{ throughput: 5, serviceMs: 100, slots: 1 }, 0.5],
    [{ throughput: 10, serviceMs: 100, slots: 1 }, 1],
    [{ throughput: 10, serviceMs: 100, slots: 4 }, 0.25],
    [{ throughput: 0, serviceMs: 100, slots: 1 }, 0],
    [{ throughput: 10, serviceMs: 100, slots: 0 }, 0],
  ])('of %o is %f', (load, utilization) => {
    expect(utilizationOf(load)).toBeCloseTo(utilization);
  });
});

describe('the limit', () => {
  test('is what all slots can serve in a second', () => {
    expect(limitOf({ serviceMs: 100, slots: 1 })).toBe(10);
    expect(limitOf({ serviceMs: 50, slots: 3 })).toBe(60);
  });

  test('is none without slots to count or time to take', () => {
    expect(limitOf({ serviceMs: 100, slots: 0 })).toBe(Infinity);
    expect(limitOf({ serviceMs: 0, slots: 1 })).toBe(Infinity);
  });
});

describe('the bottleneck', () => {
  const rng = { name: 'rng', throughput: 10, serviceMs: 100, slots: 1 };
  const hasher = { name: 'hasher', throughput: 10, serviceMs: 100, slots: 0 };
  const miner = { name: 'miner', throughput: 10, serviceMs: 300, slots: 10 };

  test('is the stage that is busiest', () => {
    expect(bottleneckOf([miner, rng, hasher])).toBe(rng);
  });

  test('moves when there are more of it', () => {
    expect(bottleneckOf([miner, { ...rng, slots: 10 }, hasher])).toBe(miner);
  });

  test('is none where nothing is done or nothing has a limit', () => {
    expect(bottleneckOf([])).toBeUndefined();
    expect(bottleneckOf([hasher])).toBeUndefined();
    expect(bottleneckOf([{ ...rng, throughput: 0 }])).toBeUndefined();
  });
});
