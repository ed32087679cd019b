import { describe, expect, test } from 'vitest';
import { simulate } from './figures.ts';
import type { Happening } from './pipeline.ts';
import { planOf, type Scale, type Settings } from './settings.ts';

/** Returns the figures of two minutes; the first ten seconds are not measured. */
const run = (
  scale: Partial<Scale>,
  settings: Partial<Settings> = {},
  happenings: [seconds: number, happening: Happening][] = [],
) =>
  simulate(planOf({ scale, settings }), 120, {
    warmUp: 10,
    happenings: happenings.map(([at, happening]) => [at * 1000, happening]),
  });

describe('the queue', () => {
  test('gives out no more jobs than its rate limit allows', () => {
    const figures = run({ miner: 5 }, {}, [[5, { kind: 'rate', jobsPerSecond: 2 }]]);
    expect(figures.hashesPerSecond).toBeCloseTo(2, 1);
  });

  test('gives out no more jobs at once than its concurrency allows', () => {
    const figures = run({ miner: 5, rng: 2 }, {}, [[5, { kind: 'concurrency', jobs: 2 }]]);
    expect(figures.hashesPerSecond).toBeCloseTo(6.67, 1);
  });

  test('gives out none while it is paused', () => {
    expect(run({ miner: 5 }, {}, [[5, { kind: 'pause' }]]).loops).toBe(0);
  });

  test('fails a poisoned job after five attempts', () => {
    const { errors, failed, added } = run({ miner: 3 }, { PRODUCER_POISON_EVERY: 10 });
    expect(errors / failed).toBeGreaterThanOrEqual(5);
    expect(errors / failed).toBeLessThan(6); // some have not had all their attempts yet
    expect(added / failed).toBeGreaterThanOrEqual(10);
  });
});

describe('a full waiting room', () => {
  test('makes miners rest, but no job fails', () => {
    const figures = run({ miner: 10 }, { RNG_WAITING: 1 });
    expect(figures).toMatchObject({ errors: 0, failed: 0 });
    expect(figures.hashesPerSecond).toBeGreaterThan(9);
  });
});

describe('a miner', () => {
  test('that is killed leaves its job to another one', () => {
    const kill = { kind: 'kill', name: 'miner-2', forMs: 800 } as const;
    expect(run({ miner: 3 }, { MINER_LOCK_MS: 5000 }, [[20, kill]])).toMatchObject({ stalled: 1 });
  });

  test('that is stopped finishes its job', () => {
    const scale = { kind: 'scale', service: 'miner', replicas: 1 } as const;
    const figures = run({ miner: 3 }, { MINER_LOCK_MS: 5000 }, [[20, scale]]);
    expect(figures).toMatchObject({ stalled: 0, errors: 0 });
    expect(figures.hashesPerSecond).toBeLessThan(5);
  });

  test('that is frozen for longer than its lock loses its job, which is counted once', () => {
    const freeze = { kind: 'freeze', name: 'miner-1', forMs: 30_000 } as const;
    const figures = run({ miner: 2 }, { MINER_LOCK_MS: 5000 }, [[20, freeze]]);
    expect(figures).toMatchObject({ stalled: 1, failed: 0, errors: 0 });
    expect(figures.hashesPerSecond).toBeCloseTo((6.67 * 80 + 3.33 * 30) / 110, 1);
  });
});

describe('rng', () => {
  test('with a slow replica is as slow as that one under round robin', () => {
    const slow = run({ miner: 10, rng: 3 }, { RNG_SLOW_REPLICA: 'rng-2', RNG_SLOW_FACTOR: 5 });
    // Each replica gets a third of the requests, and the slow one does two per second: 6 at most, if none is avoided.
    expect(slow.hashesPerSecond).toBeGreaterThan(5.9);
    expect(slow.hashesPerSecond).toBeLessThan(30);
  });

  test('that is killed is avoided, so that no attempt fails', () => {
    const kill = { kind: 'kill', name: 'rng-2', forMs: 30_000 } as const;
    expect(run({ miner: 4, rng: 2 }, {}, [[20, kill]])).toMatchObject({ errors: 0, failed: 0 });
  });

  test('that is killed while it is frozen breaks all connections, so that nobody waits for a timeout', () => {
    const freeze = { kind: 'freeze', name: 'rng-1', forMs: 60_000 } as const;
    const kill = { kind: 'kill', name: 'rng-1', forMs: 800 } as const;
    const { loops } = run({ miner: 2 }, {}, [
      [20, freeze],
      [23, kill],
    ]);
    expect(loops / 6.67).toBeGreaterThan(105); // of 110 s
  });

  test('that is alone and dead makes jobs fail', () => {
    const kill = { kind: 'kill', name: 'rng-1', forMs: 60_000 } as const;
    expect(run({ miner: 4 }, {}, [[20, kill]]).failed).toBeGreaterThan(0);
  });

  test('that is much too slow for the timeout is busy with requests that nobody waits for', () => {
    const settings = { RNG_DELAY_MS: 2000, MINER_TIMEOUT_MS: 5000 };
    const { loops, rngUtilization } = run({ miner: 28 }, settings);
    expect(rngUtilization).toBeCloseTo(1, 1);
    expect(loops).toBeLessThan(5);
    expect(run({ miner: 28 }, { ...settings, MINER_TIMEOUT_MS: 60_000 }).loops).toBe(55);
  });
});

describe('while it runs', () => {
  test('a replica becomes slow, and recovers', () => {
    const slow = (factor: number) => ({ kind: 'slow', name: 'rng-1', factor }) as const;
    const speedWith = (happenings: [number, Happening][]) =>
      run({ miner: 10 }, {}, happenings).hashesPerSecond;
    expect(speedWith([[5, slow(5)]])).toBeCloseTo(2, 1);
    expect(
      speedWith([
        [5, slow(5)],
        [6, slow(1)],
      ]),
    ).toBeCloseTo(10, 0);
  });

  test('services are replaced by those with new settings, and no job is lost', () => {
    const settings = { RNG_DELAY_MS: 50, MINER_WORK_MS: 20, PRODUCER_BACKLOG: 500 };
    const figures = run({ miner: 10 }, {}, [[5, { kind: 'configure', settings }]]);
    expect(figures.hashesPerSecond).toBeCloseTo(20, 0);
    expect(figures).toMatchObject({ errors: 0, failed: 0, stalled: 0 });
    expect(figures.waiting).toBeGreaterThan(400);
  });

  test('a miner that is to get new settings may be told to leave', () => {
    const configure: Happening = { kind: 'configure', settings: { MINER_WORK_MS: 50 } };
    const scale: Happening = { kind: 'scale', service: 'miner', replicas: 1 };
    const figures = run({ miner: 3 }, {}, [
      [5, configure],
      [5, scale],
    ]);
    expect(figures.hashesPerSecond).toBeCloseTo(1000 / 250, 0);
  });
});

test('Redis may be down for a while: afterwards, the miners go on', () => {
  const down = { kind: 'redis down', forMs: 10_000 } as const;
  const { hashesPerSecond, failed } = run({ miner: 3 }, {}, [[60, down]]);
  expect(hashesPerSecond / 10).toBeCloseTo(100 / 110, 1);
  expect(failed).toBe(0);
});

test('a standby producer takes over when the lease of a killed leader expires', () => {
  const kill = { kind: 'kill', name: 'producer-1', forMs: 100_000 } as const;
  const settings = { PRODUCER_RATE: 5 };
  const without = run({ miner: 3, producer: 1 }, settings, [[20, kill]]);
  const withStandby = run({ miner: 3, producer: 2 }, settings, [[20, kill]]);
  expect(without.hashesPerSecond).toBeLessThan(1);
  expect(withStandby.hashesPerSecond).toBeGreaterThan(4.8);
});

test('two cores limit the speed without delays', () => {
  const settings = {
    ...{ RNG_DELAY_MS: 0, RNG_SLOTS: 0, HASHER_DELAY_MS: 0, MINER_WORK_MS: 0 },
    MINER_CONCURRENCY: 64,
  };
  const plan = planOf({ settings, costs: { cores: 2 } });
  const { hashesPerSecond } = simulate(plan, 4, { warmUp: 2 });
  // The five services need 0.443 ms per loop (docs/performance.md).
  expect(hashesPerSecond / (2000 / 0.443)).toBeCloseTo(1, 1);
});
