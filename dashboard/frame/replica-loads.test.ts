import { describe, expect, test } from 'vitest';
import type { ReplicaLoad, ReplicaView } from './frame.ts';
import {
  avoidedOf,
  byUtilization,
  limitOfLoads,
  loadsOf,
  withAnother,
  withoutReplica,
} from './replica-loads.ts';

interface Options {
  shares?: number[];
  slots?: number[];
  /** Loops per second. */
  speed?: number;
}

/** Replicas with these service times (ms). Four loops are at the last one, four at the others. */
function loads(serviceMs: number[], { shares, slots, speed = 1 }: Options = {}): ReplicaLoad[] {
  const last = serviceMs.length - 1;
  const replicas = serviceMs.map((ms, n) => ({
    name: `rng-${n + 1}`,
    slots: slots?.[n] ?? 1,
    load: {
      share: shares?.[n] ?? 1 / serviceMs.length,
      serviceMs: ms,
      timeShare: n === last ? 0.5 : 0.5 / last,
    },
  }));
  return loadsOf(view(replicas), speed, 8) ?? [];
}

const view = (replicas: ReplicaView[]) => ({
  replicas,
  avoided: [],
  pending: 0,
  failures: null,
  reports: true,
});

const names = (replicas: ReplicaLoad[]) => replicas.map(({ name }) => name);

describe('the loads of replicas', () => {
  const load = { share: 0.5, serviceMs: 100, timeShare: 0.5 };

  test('are how busy each of them is, and how many loops are there', () => {
    expect(loads([100, 500], { speed: 4 })).toMatchObject([
      { utilization: 0.2, inFlight: 4 },
      { utilization: 1, inFlight: 4 },
    ]);
  });

  test.each<[string, ReplicaView[]]>([
    ['there is only one', [{ name: 'a', slots: 1, load }]],
    ['no replica is known', []],
    [
      'one serves all requests at once',
      [
        { name: 'a', slots: 0, load },
        { name: 'b', slots: 1, load },
      ],
    ],
    [
      'one does not report its slots',
      [
        { name: 'a', slots: null, load },
        { name: 'b', slots: 1, load },
      ],
    ],
    [
      'nobody reports one of them',
      [
        { name: 'a', slots: 1 },
        { name: 'b', slots: 1, load },
      ],
    ],
  ])('are unknown if %s', (_, replicas) => {
    expect(loadsOf(view(replicas), 4, 1)).toBeUndefined();
  });
});

/** A slow replica gives two of twelve responses per second: all it can. */
const AVOIDED = { shares: [10 / 12, 2 / 12], speed: 12 };

describe('the limit of replicas', () => {
  test.each([
    ['equal ones', loads([100, 100]), 20],
    ['a slow one of two, which holds up the other', loads([100, 500]), 4],
    ['a slow one of four', loads([100, 100, 500, 100]), 8],
    ['a slow one with as many more slots', loads([100, 500], { slots: [1, 5] }), 20],
  ])('of %s', (_, replicas, limit) => {
    expect(limitOfLoads(replicas, 1)).toBeCloseTo(limit);
  });

  test('of a slow one that miners avoid is what the others can do, and what it does', () => {
    expect(limitOfLoads(loads([100, 500], AVOIDED), 12)).toBeCloseTo(12);
    const shares = [0.44, 0.44, 0.12];
    expect(limitOfLoads(loads([100, 100, 500], { shares }), 16)).toBeCloseTo(20 + 0.12 * 16);
  });

  test('does not exist if service takes no time', () => {
    expect(limitOfLoads(loads([0, 0]), 1)).toBeNull();
  });
});

describe('the busiest replicas', () => {
  const busiest = (replicas: ReplicaLoad[]) => names(byUtilization(replicas, []).busy);

  test('are those that hold up the others', () => {
    expect(busiest(loads([100, 500]))).toEqual(['rng-2']);
    expect(busiest(loads([500, 100, 500, 100]))).toEqual(['rng-1', 'rng-3']);
  });

  test('are told apart more finely if one of them is avoided', () => {
    const shares = [0.44, 0.44, 0.12];
    const replicas = loads([100, 100, 450], { shares, speed: 17 });
    expect(busiest(replicas)).toHaveLength(3);
    expect(names(byUtilization(replicas, avoidedOf(replicas, 17)).busy)).toEqual(['rng-3']);
  });

  test('are all of them if random delays may explain the difference', () => {
    expect(busiest(loads([90, 110]))).toHaveLength(2);
    expect(busiest(loads([100, 500], { slots: [1, 5] }))).toHaveLength(2);
  });
});

describe('the replicas that miners avoid', () => {
  test('are slow and have a smaller share', () => {
    expect(names(avoidedOf(loads([100, 500], AVOIDED), 12))).toEqual(['rng-2']);
  });

  test('include nobody if the shares differ only by a response or two', () => {
    expect(avoidedOf(loads([100, 100, 500], { shares: [0.37, 0.33, 0.3] }), 5)).toEqual([]);
  });

  test('include nobody who could serve an even share', () => {
    expect(avoidedOf(loads([100, 100], { shares: [0.3, 0.7] }), 14)).toEqual([]);
  });
});

describe('another replica', () => {
  const another = (serviceMs: number[], options: Options = {}) =>
    withAnother(loads(serviceMs, options), options.speed ?? 1);

  test('does as much as each of the equal ones', () => {
    expect(another([100, 100])).toMatchObject({ limit: 30, serviceMs: 100 });
  });

  test('is held up by the slow one, too, while all get the same share', () => {
    expect(another([100, 500])?.limit).toBeCloseTo(6);
    expect(another([100, 500])?.serviceMs).toBeCloseTo(700 / 3);
    expect(another([100, 100, 500, 100])?.limit).toBeCloseTo(10);
  });

  test('adds all it can while miners avoid the slow one, but some loops remain there', () => {
    const outlook = another([100, 500], AVOIDED);
    expect(outlook?.limit).toBeCloseTo(22);
    expect(outlook).toMatchObject({ serviceMs: 100, held: { loops: 4 } });
    expect(outlook?.held.throughput).toBeCloseTo(2);
  });

  test('is not forecast if the shares are uneven and nobody knows why', () => {
    expect(another([100, 100, 100], { shares: [0.25, 0.5, 0.25], speed: 20 })).toBeNull();
  });
});

describe('without the slow replica', () => {
  const without = (n: number, serviceMs: number[], options: Options = {}) => {
    const all = loads(serviceMs, options);
    return withoutReplica(all, all[n] as ReplicaLoad, options.speed ?? 1);
  };

  test('the others do what they can', () => {
    expect(without(1, [100, 500])).toMatchObject({ limit: 10, serviceMs: 100 });
    expect(without(2, [100, 100, 500, 100])?.limit).toBeCloseTo(30);
    expect(without(1, [100, 500], AVOIDED)).toMatchObject({ limit: 10, held: { loops: 0 } });
  });
});
