import { describe, expect, test } from 'vitest';
import { quantile } from '@dockercoins/common/histogram';
import { testTimes } from '../tools/stack/frame-data.ts';
import { MinerStats } from './stats.ts';

describe('the stats', () => {
  test('of a miner that has just started are all zeros', () => {
    const stats = new MinerStats();
    expect(stats).toMatchObject({ loops: 0, errors: 0, coins: 0, active: 0 });
    expect(stats.stages.work).toEqual({ sum: 0, spread: {} });
  });

  test('add up the times of all loops so far', () => {
    const stats = new MinerStats();
    stats.addTimes(testTimes(10));
    stats.addTimes(testTimes(100));
    expect(stats.stages).toMatchObject({
      queueWait: { sum: 110 },
      work: { sum: 112 },
      rngWait: { sum: 114 },
      rngService: { sum: 116 },
      hasherWait: { sum: 118 },
      hasherService: { sum: 120 },
    });
  });

  test('have the spread of the times', () => {
    const stats = new MinerStats();
    for (let loop = 0; loop < 99; loop++) stats.addTimes(testTimes(10));
    stats.addTimes(testTimes(1000));
    const { spread } = stats.stages.queueWait;
    expect((quantile(spread, 0.5) ?? NaN) / 10).toBeCloseTo(1, 1);
    expect(quantile(spread, 1)).toBeGreaterThanOrEqual(1000);
  });
});
