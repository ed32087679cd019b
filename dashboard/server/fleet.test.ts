import { describe, expect, test } from 'vitest';
import { MinerStats } from '../../miner/stats.ts';
import { Fleet, timesOf } from './fleet.ts';
import type { MinerSample } from './sample.ts';

/** Returns the report of a miner `second` seconds after its start; every loop took 10 ms in each stage. */
function report(id: string, second: number, loops: number, silentMs = 500): MinerSample {
  const stats = new MinerStats();
  for (let loop = 0; loop < loops; loop++) {
    stats.loops++;
    const ms = 10;
    const served = { rngWait: ms, rngService: ms, hasherWait: ms, hasherService: ms };
    stats.addTimes({ queueWait: ms, work: ms, ...served }, {}, 0);
  }
  return {
    id,
    name: id,
    host: 'here',
    uptimeMs: second * 1000,
    concurrency: 1,
    ...structuredClone(stats.report(0)),
    silentMs,
  };
}

function fleetAfter(...samples: MinerSample[][]): Fleet {
  const fleet = new Fleet();
  for (const [index, sample] of samples.entries()) {
    const { uptimeMs, silentMs } = sample[0] as MinerSample;
    fleet.update(sample, uptimeMs + silentMs + index);
  }
  return fleet;
}

describe('the speed of a miner', () => {
  const speeds = (fleet: Fleet) => fleet.views().map(({ speed }) => speed);

  test('is unknown after one report', () => {
    expect(speeds(fleetAfter([report('a', 100, 50)]))).toEqual([null]);
  });

  test('is measured between its first and last report', () => {
    expect(speeds(fleetAfter([report('a', 100, 50)], [report('a', 104, 70)]))).toEqual([5]);
  });

  test('covers the last ten seconds', () => {
    const samples = [0, 5, 10, 15].map((second) => [
      report('a', 100 + second, second < 10 ? 0 : 50),
    ]);
    expect(speeds(fleetAfter(...samples))).toEqual([5]);
  });

  test('does not depend on how often a report is read', () => {
    const [first, second] = [report('a', 100, 50), report('a', 101, 60)];
    expect(speeds(fleetAfter([first], [first], [second], [second], [second]))).toEqual([10]);
  });

  test('is 0 if the miner is lost', () => {
    const fleet = fleetAfter([report('a', 100, 50)], [report('a', 104, 70, 3501)]);
    expect(fleet.views()).toMatchObject([{ id: 'a', lost: true, speed: 0 }]);
  });
});

describe('the fleet', () => {
  test('loses miners that have been silent for more than 3.5 seconds', () => {
    const fleet = fleetAfter([report('a', 100, 1, 3500), report('b', 100, 1, 3501)]);
    expect(fleet.reporting().map(({ id }) => id)).toEqual(['a']);
    expect(fleet.views().map(({ lost }) => lost)).toEqual([false, true]);
  });

  test('forgets miners whose report has expired', () => {
    const fleet = fleetAfter([report('a', 100, 1), report('b', 100, 1)], [report('b', 101, 2)]);
    expect(fleet.views().map(({ id }) => id)).toEqual(['b']);
  });
});

describe('the totals of all miners', () => {
  test('are empty before the second report', () => {
    const { loops } = fleetAfter([report('a', 100, 50)]).totals();
    expect(loops).toBe(0);
    expect(timesOf(fleetAfter([report('a', 100, 50)]).totals())).toBeNull();
  });

  test('are the differences between first and last reports', () => {
    const fleet = fleetAfter(
      [report('a', 100, 50), report('b', 100, 10)],
      [report('a', 101, 60), report('b', 101, 15)],
    );
    const totals = fleet.totals();
    expect(totals.loops).toBe(15);
    expect(totals.sums.rngWait).toBeCloseTo(150);
    const times = timesOf(totals);
    expect(times?.rngWait.mean).toBeCloseTo(10);
    expect(times?.rngWait.p95).toBeCloseTo(10, 0);
  });

  test('exclude lost miners', () => {
    const fleet = fleetAfter([report('a', 100, 50)], [report('a', 101, 60, 9000)]);
    expect(fleet.totals().loops).toBe(0);
  });
});

describe('setting a clock', () => {
  const sample = (second: number, silentMs: number) => [report('a', second, second, silentMs)];

  test('makes no miner lost and no silence negative', () => {
    const fleet = new Fleet();
    fleet.update(sample(100, 500), 1000);
    fleet.update(sample(101, 3_600_000), 2000);
    expect(fleet.views()).toMatchObject([{ lost: false, silentMs: 1000, speed: 1 }]);
    fleet.update(sample(102, 0), 3000);
    expect(fleet.views()).toMatchObject([{ lost: false, silentMs: 0, speed: 1 }]);
  });

  test('does not hide that a miner is silent', () => {
    const fleet = new Fleet();
    fleet.update(sample(100, 0), 1000);
    fleet.update(sample(100, 0), 4501);
    expect(fleet.views()).toMatchObject([{ lost: true, silentMs: 3501 }]);
  });
});
