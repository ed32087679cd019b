import { describe, expect, test } from 'vitest';
import { MinerStats } from '../../miner/stats.ts';
import { Fleet, timesOf } from './fleet.ts';
import type { SeenMiner } from './sample.ts';

/** The report of a miner at a second, all of whose loops took 10 ms in each stage. */
function report(id: string, second: number, loops: number, silentMs = 500): SeenMiner {
  const stats = new MinerStats();
  for (let loop = 0; loop < loops; loop++) {
    stats.loops++;
    stats.addStages({
      queueWait: 10,
      work: 10,
      rngWait: 10,
      rngService: 10,
      hasherWait: 10,
      hasherService: 10,
    });
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

function fleetAfter(...looks: SeenMiner[][]): Fleet {
  const fleet = new Fleet();
  for (const [index, look] of looks.entries()) {
    const { uptimeMs, silentMs } = look[0] as SeenMiner;
    fleet.update(look, uptimeMs + silentMs + index);
  }
  return fleet;
}

describe('the speed of a miner', () => {
  const speeds = (fleet: Fleet) => fleet.views().map(({ speed }) => speed);

  test('is not known after one report', () => {
    expect(speeds(fleetAfter([report('a', 100, 50)]))).toEqual([null]);
  });

  test('is that between its first and its last report', () => {
    expect(speeds(fleetAfter([report('a', 100, 50)], [report('a', 104, 70)]))).toEqual([5]);
  });

  test('is that of the last ten seconds', () => {
    const looks = [0, 5, 10, 15].map((second) => [report('a', 100 + second, second < 10 ? 0 : 50)]);
    expect(speeds(fleetAfter(...looks))).toEqual([5]);
  });

  test('does not care how often the same report is seen', () => {
    const [first, second] = [report('a', 100, 50), report('a', 101, 60)];
    expect(speeds(fleetAfter([first], [first], [second], [second], [second]))).toEqual([10]);
  });

  test('is 0 for a miner that is lost', () => {
    const fleet = fleetAfter([report('a', 100, 50)], [report('a', 104, 70, 3501)]);
    expect(fleet.views()).toMatchObject([{ id: 'a', lost: true, speed: 0 }]);
  });
});

describe('the fleet', () => {
  test('has those that reported within 3.5 seconds', () => {
    const fleet = fleetAfter([report('a', 100, 1, 3500), report('b', 100, 1, 3501)]);
    expect(fleet.alive().map(({ id }) => id)).toEqual(['a']);
    expect(fleet.views().map(({ lost }) => lost)).toEqual([false, true]);
  });

  test('forgets those that left', () => {
    const fleet = fleetAfter([report('a', 100, 1), report('b', 100, 1)], [report('b', 101, 2)]);
    expect(fleet.views().map(({ id }) => id)).toEqual(['b']);
  });
});

describe('what all miners did together', () => {
  test('is nothing before their second reports', () => {
    const { loops } = fleetAfter([report('a', 100, 50)]).window();
    expect(loops).toBe(0);
    expect(timesOf(fleetAfter([report('a', 100, 50)]).window())).toBeNull();
  });

  test('is what came since their first ones', () => {
    const fleet = fleetAfter(
      [report('a', 100, 50), report('b', 100, 10)],
      [report('a', 101, 60), report('b', 101, 15)],
    );
    const window = fleet.window();
    expect(window.loops).toBe(15);
    expect(window.sums.rngWait).toBeCloseTo(150);
    const times = timesOf(window);
    expect(times?.rngWait.mean).toBeCloseTo(10);
    expect(times?.rngWait.p95).toBeCloseTo(10, 0);
  });

  test('leaves out those that are lost', () => {
    const fleet = fleetAfter([report('a', 100, 50)], [report('a', 101, 60, 9000)]);
    expect(fleet.window().loops).toBe(0);
  });
});

describe('clocks that somebody sets', () => {
  const look = (second: number, silentMs: number) => [report('a', second, second, silentMs)];

  test('make no miner lost, and no silence negative', () => {
    const fleet = new Fleet();
    fleet.update(look(100, 500), 1000);
    fleet.update(look(101, 3_600_000), 2000);
    expect(fleet.views()).toMatchObject([{ lost: false, silentMs: 1000, speed: 1 }]);
    fleet.update(look(102, 0), 3000);
    expect(fleet.views()).toMatchObject([{ lost: false, silentMs: 0, speed: 1 }]);
  });

  test('do not hide that a miner is silent', () => {
    const fleet = new Fleet();
    fleet.update(look(100, 0), 1000);
    fleet.update(look(100, 0), 4501);
    expect(fleet.views()).toMatchObject([{ lost: true, silentMs: 3501 }]);
  });
});
