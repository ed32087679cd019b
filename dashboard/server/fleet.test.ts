import { describe, expect, test } from 'vitest';
import { Tally } from '../../miner/tally.ts';
import { Fleet, timesOf } from './fleet.ts';
import type { SeenMiner } from './sample.ts';

/** The report of a miner at a second, all of whose loops took 10 ms in each stage. */
function report(id: string, second: number, loops: number, silentMs = 500): SeenMiner {
  const tally = new Tally();
  for (let loop = 0; loop < loops; loop++) {
    tally.loops++;
    tally.addStages({
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
    startedAt: 0,
    concurrency: 1,
    ...structuredClone(tally.report(0)),
    reportedAt: second * 1000,
    silentMs,
  };
}

function fleetAfter(...looks: SeenMiner[][]): Fleet {
  const fleet = new Fleet();
  for (const look of looks) fleet.update(look);
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
