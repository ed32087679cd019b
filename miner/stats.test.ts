import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { quantile } from '@dockercoins/common/histogram';
import { exposeStats } from './metrics.ts';
import { MinerStats } from './stats.ts';

const stages = (ms: number) => ({
  queueWait: ms,
  work: ms + 1,
  rngWait: ms + 2,
  rngService: ms + 3,
  hasherWait: ms + 4,
  hasherService: ms + 5,
});

describe('a report', () => {
  test('of a miner that has just begun is all zeros', () => {
    const report = new MinerStats().report(0);
    expect(report).toMatchObject({ loops: 0, errors: 0, coins: 0, active: 0 });
    expect(report.replicas).toEqual({ rng: [], hasher: [] });
    expect(report.stages.work).toEqual({ sum: 0, spread: {} });
  });

  test('has the times of all loops so far', () => {
    const stats = new MinerStats();
    stats.addStages(stages(10));
    stats.addStages(stages(100));
    expect(stats.report(0).stages).toMatchObject({
      queueWait: { sum: 110 },
      work: { sum: 112 },
      rngWait: { sum: 114 },
      rngService: { sum: 116 },
      hasherWait: { sum: 118 },
      hasherService: { sum: 120 },
    });
  });

  test('has the spread of the times', () => {
    const stats = new MinerStats();
    for (let loop = 0; loop < 99; loop++) stats.addStages(stages(10));
    stats.addStages(stages(1000));
    const { spread } = stats.report(0).stages.queueWait;
    expect(quantile(spread, 0.5)).toBeCloseTo(10, 0);
    expect(quantile(spread, 1)).toBeGreaterThan(900);
  });

  test('names each replica once, as it was last', () => {
    const stats = new MinerStats();
    stats.saw('rng', { name: 'rng-1', slots: 1 }, 1000);
    stats.saw('rng', { name: 'rng-2', slots: 1 }, 1000);
    stats.saw('rng', { name: 'rng-1', slots: 4 }, 2000);
    stats.saw('hasher', { name: 'hasher-1', slots: 0 }, 2000);
    expect(stats.report(2000).replicas).toEqual({
      rng: [
        { name: 'rng-1', slots: 4 },
        { name: 'rng-2', slots: 1 },
      ],
      hasher: [{ name: 'hasher-1', slots: 0 }],
    });
  });

  test('forgets a replica that has not answered for 5 seconds', () => {
    const stats = new MinerStats();
    stats.saw('rng', { name: 'rng-1', slots: 1 }, 1000);
    expect(stats.report(6000).replicas.rng).toHaveLength(1);
    expect(stats.report(6001).replicas.rng).toHaveLength(0);
  });

  test('leaves out replicas that did not sign', () => {
    const stats = new MinerStats();
    stats.saw('rng', undefined, 1000);
    expect(stats.report(1000).replicas.rng).toEqual([]);
  });
});

describe('the metrics of a miner', () => {
  test('tell what the stats tells when they are asked for, times in seconds', async () => {
    const registry = new Registry();
    const stats = new MinerStats();
    exposeStats(stats, registry);
    await registry.metrics();
    stats.loops = 7;
    stats.coins = 2;
    stats.addStages(stages(1500));
    const text = await registry.metrics();
    expect(text).toContain('\nminer_loops_total 7\n');
    expect(text).toContain('\nminer_errors_total 0\n');
    expect(text).toContain('\nminer_coins_total 2\n');
    expect(text).toContain('\nminer_stage_seconds_total{stage="queueWait"} 1.5\n');
  });
});
