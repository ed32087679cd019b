import { describe, expect, test } from 'vitest';
import { testReport } from '../../tools/stack/frame-data.ts';
import { AbandonedJobs } from './abandoned.ts';
import type { MinerSample } from './sample.ts';

const miner = (values: Partial<MinerSample> = {}): MinerSample => ({
  ...testReport('miner-1', { uptimeMs: 3_600_000 }),
  silentMs: 0,
  ...values,
});
const held = (lockMs: number, name = 'miner-1', id = '7') => ({ id, miner: name, lockMs });
const abandonedOf = (jobs: ReturnType<typeof held>[], miners: MinerSample[]) =>
  new AbandonedJobs().update(jobs, miners);

test('a job of a miner that reports is not abandoned', () => {
  expect(abandonedOf([held(29_000)], [miner()])).toEqual([]);
  expect(abandonedOf([held(14_000)], [miner()])).toEqual([]);
});

describe('a job is abandoned', () => {
  test('if its miner does not report, until its lock has expired, and after that', () => {
    expect(abandonedOf([held(17_000, 'miner-2'), held(-2, 'miner-2')], [miner()])).toEqual([
      { id: '7', miner: 'miner-2', expiresMs: 17_000 },
      { id: '7', miner: 'miner-2', expiresMs: 0 },
    ]);
  });

  test('if its lock is overdue for renewal', () => {
    expect(abandonedOf([held(12_999)], [miner()])).toHaveLength(1);
  });

  test('if its miner was started after the job was taken', () => {
    expect(abandonedOf([held(26_000)], [miner({ uptimeMs: 3000 })])).toHaveLength(1);
    expect(abandonedOf([held(28_000)], [miner({ uptimeMs: 3000 })])).toEqual([]);
  });

  test('if its miner holds more jobs than it processes at once, and this is the oldest lock', () => {
    const jobs = [20_000, 29_000, 28_000].map((lockMs, n) => held(lockMs, 'miner-1', String(n)));
    expect(abandonedOf(jobs, [miner({ concurrency: 2 })])).toEqual([
      { id: '0', miner: 'miner-1', expiresMs: 20_000 },
    ]);
  });

  test('as long as it is active', () => {
    const jobs = new AbandonedJobs();
    expect(jobs.update([held(20_000), held(29_000, 'miner-1', '8')], [miner()])).toHaveLength(1);
    expect(jobs.update([held(19_000)], [miner()])).toHaveLength(1);
    expect(jobs.update([], [miner()])).toEqual([]);
    expect(jobs.update([held(30_000)], [miner()])).toEqual([]);
  });

  test('until another miner takes it up, also between two samples', () => {
    const other = { ...miner(), name: 'miner-2' };
    const jobs = new AbandonedJobs();
    expect(jobs.update([held(-2)], [other])).toHaveLength(1);
    expect(jobs.update([held(29_800, 'miner-2')], [other])).toEqual([]);
  });

  test('until its lock is renewed after all', () => {
    const jobs = new AbandonedJobs();
    expect(jobs.update([held(12_000)], [miner()])).toHaveLength(1);
    expect(jobs.update([held(11_000)], [miner()])).toHaveLength(1);
    expect(jobs.update([held(29_000)], [miner()])).toEqual([]);
  });
});
