import { describe, expect, test } from 'vitest';
import { MinerStats } from '../../miner/stats.ts';
import { testFigures, testReport } from '../../tools/stack/frame-data.ts';
import { Fleet, timesOf } from './fleet.ts';
import type { MinerSample } from './sample.ts';

/** Returns the report of a miner `second` seconds after its start; every loop took 10 ms in each stage. */
function report(
  id: string,
  second: number,
  loops: number,
  silentMs = 500,
  values: Partial<MinerSample> = {},
): MinerSample {
  const stats = new MinerStats();
  const ms = 10;
  const served = { rngWait: ms, rngService: ms, hasherWait: ms, hasherService: ms };
  for (let loop = 0; loop < loops; loop++) stats.addTimes({ queueWait: ms, work: ms, ...served });
  const { stages } = structuredClone(stats);
  return { ...testReport(id, { uptimeMs: second * 1000, loops, stages }), silentMs, ...values };
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

describe('a miner that was killed', () => {
  const startedAgain = (id: string, second: number, name: string) =>
    report(id, second, 1, 0, { name });

  test('no longer counts once its successor reports, although its report has not expired', () => {
    const fleet = new Fleet();
    fleet.update([report('miner-2-a', 100, 1, 200, { name: 'miner-2' })], 100_000);
    const dead = (silentMs: number) => report('miner-2-a', 100, 1, silentMs, { name: 'miner-2' });
    for (const [n, at] of [101_000, 102_000, 110_000].entries()) {
      fleet.update([dead(at - 99_800), startedAgain('miner-2-b', 0.3 + n, 'miner-2')], at);
      expect(fleet.views().map(({ id }) => id)).toEqual(['miner-2-b']);
      expect(fleet.reporting().map(({ id }) => id)).toEqual(['miner-2-b']);
    }
  });

  test('counts as lost until its successor reports', () => {
    const fleet = new Fleet();
    fleet.update([report('miner-2-a', 100, 1, 9000, { name: 'miner-2' })], 100_000);
    expect(fleet.views()).toMatchObject([{ name: 'miner-2', lost: true }]);
  });

  test('is not one of two that share a name: both report', () => {
    const fleet = new Fleet();
    const both = [report('a', 100, 1, 900, { name: 'm' }), report('b', 50, 1, 100, { name: 'm' })];
    fleet.update(both, 100_000);
    expect(fleet.reporting()).toHaveLength(2);
  });
});

test('a miner that takes no jobs for a while is resting; one that does not say so is not', () => {
  const fleet = fleetAfter([report('a', 100, 1, 500, { resting: true }), report('b', 100, 1)]);
  expect(fleet.views().map(({ resting }) => resting)).toEqual([true, false]);
});

describe('the totals of all miners', () => {
  test('are empty before the second report', () => {
    expect(timesOf(fleetAfter([report('a', 100, 50)]).totals())).toBeNull();
  });

  test('are the differences between first and last reports', () => {
    const fleet = fleetAfter(
      [report('a', 100, 50), report('b', 100, 10)],
      [report('a', 101, 60), report('b', 101, 15)],
    );
    const totals = fleet.totals();
    expect(totals.sums.rngWait).toBeCloseTo(150);
    const times = timesOf(totals);
    expect(times?.rngWait.mean).toBeCloseTo(10);
    expect(times?.rngWait.p95).toBeGreaterThanOrEqual(10);
    expect(times?.rngWait.p95).toBeLessThan(10.5);
  });

  test('do not depend on how many loops completed: a loop may complete long after it was mined', () => {
    const fleet = fleetAfter(
      [report('a', 100, 50, 500, { loops: 50 })],
      [report('a', 101, 52, 500, { loops: 90 })],
    );
    expect(timesOf(fleet.totals())?.rngWait.mean).toBeCloseTo(10);
  });

  test('exclude lost miners', () => {
    const fleet = fleetAfter([report('a', 100, 50)], [report('a', 101, 60, 9000)]);
    expect(timesOf(fleet.totals())).toBeNull();
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

describe('what the miners see of rng', () => {
  const rng = (n: number, slots: number | null = 1) => ({
    name: `rng-${n}`,
    slots,
    delayMs: 100,
    cpu: 0.1,
  });
  const see = (id: string, second: number, values: Parameters<typeof testFigures>[0]) =>
    report(id, second, 0, 500, {
      upstreams: { rng: testFigures(values), hasher: testFigures() },
    });
  const viewAfter = (...samples: MinerSample[][]) => fleetAfter(...samples).upstream('rng');

  test('is every replica that served any of them, once, in natural order', () => {
    const view = viewAfter([
      see('a', 100, { replicas: [rng(10), rng(2)] }),
      see('b', 100, { replicas: [rng(2), rng(1)] }),
    ]);
    expect(view.replicas.map(({ name }) => name)).toEqual(['rng-1', 'rng-2', 'rng-10']);
  });

  test('is all requests in progress', () => {
    expect(viewAfter([see('a', 100, { pending: 1 }), see('b', 100, { pending: 2 })]).pending).toBe(
      3,
    );
  });

  test('is what failed in the last ten seconds, and why', () => {
    const view = viewAfter(
      [see('a', 100, { failed: 7 }), see('b', 100, { failed: 1, reason: 'ECONNRESET' })],
      [
        see('a', 101, { failed: 12, reason: 'ECONNREFUSED' }),
        see('b', 101, { failed: 1, reason: 'ECONNRESET' }),
      ],
    );
    expect(view.failures).toEqual({ miners: 1, errors: 5, reason: 'ECONNREFUSED' });
  });

  test('is nothing that failed before', () => {
    const earlier = see('a', 100, { failed: 7, reason: 'ECONNREFUSED' });
    expect(viewAfter([earlier]).failures).toBeNull();
  });

  test('is a replica to avoid, unless another miner uses it', () => {
    const avoided = [{ name: 'rng-1', reason: 'timeout' }];
    expect(viewAfter([see('a', 100, { avoided })]).avoided).toEqual(avoided);
    const others = see('b', 100, { replicas: [rng(1)] });
    expect(viewAfter([see('a', 100, { avoided }), others]).avoided).toEqual([]);
  });

  test('is one replica for a miner that knows its name and one that knows only its address', () => {
    const address = 'http://10.0.0.2';
    const byAddress = see('a', 100, { avoided: [{ name: address, address, reason: 'timeout' }] });
    const byName = see('b', 100, { avoided: [{ name: 'rng-2', address, reason: 'timeout' }] });
    const user = see('c', 100, { replicas: [{ ...rng(1), address }] });
    expect(viewAfter([byAddress, byName]).avoided).toEqual([{ name: 'rng-2', reason: 'timeout' }]);
    expect(viewAfter([byAddress, user]).avoided).toEqual([]);
  });

  test('is not everything if a response lacks its service time', () => {
    expect(viewAfter([see('a', 100, {})], [see('a', 101, {})]).reports).toBe(true);
    expect(viewAfter([see('a', 100, {})], [see('a', 101, { untimed: 3 })]).reports).toBe(false);
  });
});

describe('what each replica of rng did', () => {
  /** A replica that has given so many responses, of this service time each, each after a wait of the same length. */
  const rng = (n: number, responses?: number, ms = 100) => {
    const serviceMs = (responses ?? 0) * ms;
    const served = { responses: responses ?? 0, serviceMs, spentMs: 2 * serviceMs };
    const known = { name: `rng-${n}`, slots: 1, delayMs: 100, cpu: 0 };
    return responses === undefined ? known : { ...known, served };
  };
  const see = (id: string, second: number, loops: number, replicas: ReturnType<typeof rng>[]) =>
    report(id, second, loops, 500, {
      upstreams: { rng: testFigures({ replicas }), hasher: testFigures() },
    });
  const loadsAfter = (...samples: MinerSample[][]) =>
    fleetAfter(...samples)
      .upstream('rng')
      .replicas.map(({ load }) => load);
  const alone = { share: 1, serviceMs: 100, timeShare: 1 };

  test('is its share of the responses and of the time, and its mean service time, over all miners', () => {
    const loads = loadsAfter(
      [see('a', 100, 10, [rng(1, 5), rng(2, 5, 500)]), see('b', 100, 0, [rng(1, 0)])],
      [see('a', 103, 20, [rng(1, 11), rng(2, 9, 500)]), see('b', 103, 6, [rng(1, 6, 200)])],
    );
    expect(loads).toEqual([
      { share: 12 / 16, serviceMs: 150, timeShare: 1800 / 3800 },
      { share: 4 / 16, serviceMs: 500, timeShare: 2000 / 3800 },
    ]);
  });

  test('is unknown after one report, and for a replica that has not responded since', () => {
    expect(loadsAfter([see('a', 100, 10, [rng(1, 10)])])).toEqual([undefined]);
    const loads = loadsAfter(
      [see('a', 100, 10, [rng(1, 5), rng(2, 5)])],
      [see('a', 101, 15, [rng(1, 10), rng(2, 5)])],
    );
    expect(loads).toEqual([alone, undefined]);
  });

  test('is known while most loops are done by miners that report it', () => {
    const of = (loops: number) =>
      loadsAfter(
        [see('new', 100, 0, [rng(1, 0)]), see('old', 100, 0, [rng(1)])],
        [see('new', 101, 10, [rng(1, 10)]), see('old', 101, loops, [rng(1)])],
      );
    expect(of(10)).toEqual([alone]);
    expect(of(11)).toEqual([undefined]);
  });

  test('is unknown if totals start again, because replicas share an address', () => {
    const loads = loadsAfter([see('a', 100, 0, [rng(1, 40)])], [see('a', 101, 50, [rng(1, 3)])]);
    expect(loads).toEqual([undefined]);
  });
});
