import { describe, expect, test } from 'vitest';
import { STAGES, type Stage } from '@dockercoins/common/contract';
import { testReport } from '../../tools/stack/frame-data.ts';
import type { LoopTimes, ReplicaView, UpstreamView } from './frame.ts';
import type { Variations } from '@dockercoins/common/reports';
import type { MinerSample } from './sample.ts';
import { limitOf, replicasIn, settingsOf, stagesOf, utilizationOf } from './stages.ts';

const miner = (n: number, values: Partial<MinerSample> = {}): MinerSample => ({
  ...testReport(`miner-${n}`),
  silentMs: 0,
  ...values,
});
const miners = (count: number) => Array.from({ length: count }, (_, n) => miner(n));

const times = (means: Partial<Record<Stage, number>>) =>
  Object.fromEntries(
    STAGES.map((stage) => [stage, { mean: means[stage] ?? 0, p95: 0 }]),
  ) as LoopTimes;

const view = (slots: (number | null)[], values: Partial<UpstreamView> = {}): UpstreamView => ({
  replicas: slots.map((count, n) => ({ name: `replica-${n}`, slots: count })),
  avoided: [],
  pending: 0,
  failures: null,
  reports: true,
  ...values,
});
const failures = { miners: 1, errors: 3, reason: 'ECONNREFUSED' };

describe('the utilization', () => {
  test.each([
    [{ throughput: 5, serviceMs: 100, slots: 1 }, 0.5],
    [{ throughput: 10, serviceMs: 100, slots: 1 }, 1],
    [{ throughput: 10, serviceMs: 100, slots: 4 }, 0.25],
    [{ throughput: 0, serviceMs: 100, slots: 1 }, 0],
  ])('of %o is %f', (load, utilization) => {
    expect(utilizationOf(load)).toBeCloseTo(utilization);
  });

  test('of unlimited slots does not exist', () => {
    expect(utilizationOf({ throughput: 10, serviceMs: 100, slots: 0 })).toBeNull();
  });
});

describe('the limit', () => {
  test('is what all slots can serve in a second', () => {
    expect(limitOf({ serviceMs: 100, slots: 1 })).toBe(10);
    expect(limitOf({ serviceMs: 50, slots: 3 })).toBe(60);
  });

  test('does not exist if slots are unlimited or service takes no time', () => {
    expect(limitOf({ serviceMs: 100, slots: 0 })).toBeNull();
    expect(limitOf({ serviceMs: 0, slots: 1 })).toBeNull();
  });
});

describe('the number of replicas', () => {
  test('is how many serve the miners', () => {
    expect(replicasIn(view([1, 1, 1]))).toBe(3);
  });

  test('is 0 if nothing listens', () => {
    expect(replicasIn(view([], { failures }))).toBe(0);
  });

  test.each(['no complete response within 1000 ms', 'expected status 200, got 500'])(
    'is unknown if no request succeeds: %s',
    (reason) => {
      expect(replicasIn(view([], { failures: { ...failures, reason } }))).toBeNull();
    },
  );

  test('is unknown if nothing was requested', () => {
    expect(replicasIn(view([]))).toBeNull();
  });

  test('is unknown if replicas respond without their names, even if some requests fail', () => {
    expect(replicasIn(view([], { reports: false, failures }))).toBeNull();
  });
});

describe('the stages of ten miners and one rng', () => {
  const measured = times({
    work: 100,
    rngWait: 680,
    rngService: 101,
    hasherWait: 2,
    hasherService: 101,
  });
  const upstreams = { rng: view([1]), hasher: view([0]) };
  const stages = stagesOf(miners(10), upstreams, measured, 9.9);

  test("are miner, rng and hasher, with the loops in flight by Little's law", () => {
    expect(stages).toMatchObject([
      { name: 'miner', replicas: 10, slots: 10, serviceMs: 302, totalMs: 984 },
      { name: 'rng', replicas: 1, slots: 1, waitMs: 680, serviceMs: 101, throughput: 9.9 },
      { name: 'hasher', replicas: 1, slots: 0, limit: null, utilization: null },
    ]);
    expect(stages[1]?.inFlight).toBeCloseTo(9.9 * 0.781);
  });

  test('have the utilization and the limit of rng', () => {
    expect(stages[1]?.utilization).toBeCloseTo(0.9999, 3);
    expect(stages[1]?.limit).toBeCloseTo(9.9, 1);
  });

  test('have as many slots as all miners have concurrency', () => {
    const [stage] = stagesOf([miner(1, { concurrency: 4 }), miner(2)], upstreams, measured, 1);
    expect(stage).toMatchObject({ replicas: 2, slots: 5 });
  });
});

describe('a stage', () => {
  const stageOf = (rng: UpstreamView) =>
    stagesOf(miners(1), { rng, hasher: view([0]) }, times({ rngService: 832 }), 9.7);

  test('has the total time, but no utilization and no limit, if it does not report its service time', () => {
    const [minerStage, rng] = stageOf(view([], { reports: false }));
    const unknown = { waitMs: null, serviceMs: null, utilization: null, limit: null, slots: null };
    expect(rng).toMatchObject({ replicas: null, totalMs: 832, ...unknown });
    expect(minerStage).toMatchObject({ replicas: 1, ...unknown });
  });

  test('has unlimited slots if one replica has', () => {
    expect(stageOf(view([1, 0]))[1]).toMatchObject({ slots: 0, limit: null });
  });

  test('has unknown slots if one replica does not report them', () => {
    expect(stageOf(view([1, null]))[1]).toMatchObject({ slots: null, limit: null });
  });
});

test('an idle replica does not hide one that is fully used', () => {
  const rng = view([1, 1]);
  const [fast, slow] = rng.replicas as [ReplicaView, ReplicaView];
  fast.load = { share: 0.5, serviceMs: 100, timeShare: 0.1 };
  slow.load = { share: 0.5, serviceMs: 500, timeShare: 0.9 };
  const measured = times({ rngWait: 1700, rngService: 300 });
  const stage = stagesOf(miners(10), { rng, hasher: view([0]) }, measured, 4)[1];
  expect(stage).toMatchObject({ utilization: 1, limit: 4, serviceMs: 300, slots: 2 });
  expect(stage?.loads?.[1]?.inFlight).toBeCloseTo(0.9 * 8);
});

describe('the settings', () => {
  const replica = (delayMs: number | null, slots: number | null, variations?: Variations) => ({
    name: 'a',
    slots,
    delayMs,
    cpu: 0,
    variations,
  });
  const usual = {
    miner: [{ delayMs: 100, slots: 1 }],
    rng: [{ delayMs: 100, slots: 1 }],
    hasher: [{ delayMs: 100, slots: 0 }],
  };

  test('are the delays and the slots of all parts', () => {
    expect(settingsOf(miners(2), [replica(100, 1)], [replica(100, 0)])).toEqual(usual);
  });

  test('list different ones once, in an order that does not depend on that of the replicas', () => {
    const fleet = [miner(1), miner(2, { concurrency: 4, workMs: 0 })];
    const rngs = [replica(100, 1), replica(50, 2), replica(100, 1)];
    const settings = settingsOf(fleet, rngs, [replica(100, 0)]);
    expect(settings?.rng).toHaveLength(2);
    expect(settings?.miner).toContainEqual({ delayMs: 0, slots: 4 });
    expect(settingsOf(fleet.toReversed(), rngs.toReversed(), [replica(100, 0)])).toEqual(settings);
  });

  test('include how replicas and the producer are varied', () => {
    const variations = { slower: 5, leakKb: 1 };
    const rngs = [replica(100, 1), replica(100, 1, variations)];
    expect(settingsOf(miners(1), rngs, [replica(100, 0)], { rate: 5 })).toEqual({
      ...usual,
      rng: [
        { delayMs: 100, slots: 1, variations },
        { delayMs: 100, slots: 1 },
      ],
      producer: { rate: 5 },
    });
  });

  test('are null if any of them are unknown', () => {
    const known = [replica(100, 1)];
    expect(settingsOf([], known, known)).toBeNull();
    expect(settingsOf(miners(1), [], known)).toBeNull();
    expect(settingsOf(miners(1), known, [...known, replica(null, null)])).toBeNull();
  });
});
