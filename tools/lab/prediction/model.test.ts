import { describe, expect, test } from 'vitest';
import { configSchema as hasherSchema } from '../../../hasher/config.ts';
import { configSchema as minerSchema } from '../../../miner/config.ts';
import { configSchema as rngSchema } from '../../../rng/config.ts';
import { readEnv } from '@dockercoins/common/service/env';
import { CONTRACT, limitsOf, loopMs, speedOf, systemOf, utilizationOf, waitMs } from './model.ts';

test('the contract has the delays and slots that are the defaults of the services', () => {
  const { MINER_WORK_MS, MINER_CONCURRENCY } = readEnv(minerSchema, {});
  const { RNG_DELAY_MS, RNG_SLOTS } = readEnv(rngSchema, {});
  const { HASHER_DELAY_MS, HASHER_SLOTS } = readEnv(hasherSchema, {});
  expect(MINER_CONCURRENCY).toBe(1);
  expect(CONTRACT).toEqual({
    miners: 1,
    workMs: MINER_WORK_MS,
    rng: { replicas: 1, slots: RNG_SLOTS, delayMs: RNG_DELAY_MS },
    hasher: { replicas: 1, slots: HASHER_SLOTS, delayMs: HASHER_DELAY_MS },
  });
});

describe('the speed', () => {
  test.each([
    { miners: 1, rngs: 1, speed: 3.33 },
    { miners: 2, rngs: 1, speed: 6.67 },
    { miners: 3, rngs: 1, speed: 10 },
    { miners: 10, rngs: 1, speed: 10 },
    { miners: 10, rngs: 2, speed: 20 },
    { miners: 10, rngs: 3, speed: 30 },
    { miners: 10, rngs: 4, speed: 33.33 },
    { miners: 0, rngs: 1, speed: 0 },
  ])('with $miners miners and $rngs rngs is at most $speed/s', ({ miners, rngs, speed }) => {
    expect(speedOf(systemOf(miners, rngs))).toBeCloseTo(speed, 2);
  });

  test('is limited by each part in its own way', () => {
    expect(loopMs(CONTRACT)).toBe(300);
    expect(limitsOf(systemOf(10, 4))).toEqual({ miner: 100 / 3, rng: 40, hasher: Infinity });
  });

  test('has no limit by a station without slots', () => {
    const system = { ...systemOf(10, 1), rng: { replicas: 1, slots: 0, delayMs: 100 } };
    expect(speedOf(system)).toBeCloseTo(33.33, 2);
  });
});

describe('another request waits', () => {
  test('at a busy rng for all loops that are not elsewhere: 8 of 10, of which one is half done', () => {
    expect(waitMs(systemOf(10, 1), 'rng')).toBeCloseTo(750, 5);
  });

  test('at an rng that is sometimes busy for half a request, with the probability that it finds one', () => {
    expect(waitMs(systemOf(1, 1), 'rng')).toBeCloseTo(50 / 3, 5);
    expect(waitMs(systemOf(10, 4), 'rng')).toBeCloseTo(125 / 3, 5);
  });

  test('at hasher not at all', () => {
    expect(waitMs(systemOf(10, 1), 'hasher')).toBe(0);
  });
});

test('utilization is the share of the slots that is busy', () => {
  expect(utilizationOf(10, 100, 1)).toBe(1);
  expect(utilizationOf(100 / 3, 100, 4)).toBeCloseTo(0.833, 3);
  expect(utilizationOf(10, 100, 0)).toBe(0);
});
