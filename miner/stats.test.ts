import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { quantile } from '@dockercoins/common/histogram';
import { exposeStats } from './metrics.ts';
import { MinerStats } from './stats.ts';

const times = (ms: number) => ({
  queueWait: ms,
  work: ms + 1,
  rngWait: ms + 2,
  rngService: ms + 3,
  hasherWait: ms + 4,
  hasherService: ms + 5,
});

describe('a report', () => {
  test('of a miner that has just started is all zeros', () => {
    const report = new MinerStats().report(0);
    expect(report).toMatchObject({ loops: 0, errors: 0, coins: 0, active: 0 });
    expect(report.replicas).toEqual({ rng: [], hasher: [] });
    expect(report.stages.work).toEqual({ sum: 0, spread: {} });
  });

  test('adds up the times of all loops so far', () => {
    const stats = new MinerStats();
    stats.addTimes(times(10), {}, 0);
    stats.addTimes(times(100), {}, 0);
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
    for (let loop = 0; loop < 99; loop++) stats.addTimes(times(10), {}, 0);
    stats.addTimes(times(1000), {}, 0);
    const { spread } = stats.report(0).stages.queueWait;
    expect(quantile(spread, 0.5)).toBeCloseTo(10, 0);
    expect(quantile(spread, 1)).toBeGreaterThan(900);
  });

  test('names each replica once, with its latest slots', () => {
    const stats = new MinerStats();
    const hasher = { name: 'hasher-1', slots: 0 };
    stats.addTimes(times(1), { rng: { name: 'rng-1', slots: 1 }, hasher }, 1000);
    stats.addTimes(times(1), { rng: { name: 'rng-2', slots: 1 }, hasher }, 1000);
    stats.addTimes(times(1), { rng: { name: 'rng-1', slots: 4 }, hasher }, 2000);
    expect(stats.report(2000).replicas).toEqual({
      rng: [
        { name: 'rng-1', slots: 4 },
        { name: 'rng-2', slots: 1 },
      ],
      hasher: [{ name: 'hasher-1', slots: 0 }],
    });
  });

  test('drops a replica that has not responded for 5 s', () => {
    const stats = new MinerStats();
    stats.addTimes(times(1), { rng: { name: 'rng-1', slots: 1 } }, 1000);
    expect(stats.report(6000).replicas.rng).toHaveLength(1);
    expect(stats.report(6001).replicas.rng).toHaveLength(0);
  });

  test('leaves out replicas that do not give their names', () => {
    const stats = new MinerStats();
    stats.addTimes(times(1), { rng: undefined }, 1000);
    expect(stats.report(1000).replicas.rng).toEqual([]);
  });
});

describe('the metrics', () => {
  test('show the stats at the time of the scrape, with times in seconds', async () => {
    const registry = new Registry();
    const stats = new MinerStats();
    exposeStats(stats, registry);
    await registry.metrics();
    stats.loops = 7;
    stats.coins = 2;
    stats.addTimes(times(1500), {}, 0);
    const text = await registry.metrics();
    expect(text).toContain('\nminer_loops_total 7\n');
    expect(text).toContain('\nminer_errors_total 0\n');
    expect(text).toContain('\nminer_coins_total 2\n');
    expect(text).toContain('\nminer_stage_seconds_total{stage="queueWait"} 1.5\n');
  });
});
