import { describe, expect, test } from 'vitest';
import { STAGES, type Replica, type Stage } from '@dockercoins/common/contract';
import { MinerStats } from '../../miner/stats.ts';
import type { LoopTimes, StageView } from '../frame.ts';
import type { MinerSample } from './sample.ts';
import {
  findBottleneck,
  limitOf,
  replicasOf,
  stagesOf,
  utilizationOf,
  type Load,
} from './stages.ts';

function miner(id: string, rng: Replica[], hasher: Replica[], concurrency = 1): MinerSample {
  return {
    id,
    name: id,
    host: 'here',
    uptimeMs: 0,
    concurrency,
    ...new MinerStats().report(0),
    replicas: { rng, hasher },
    silentMs: 0,
  };
}

const times = (means: Partial<Record<Stage, number>>) =>
  Object.fromEntries(
    STAGES.map((stage) => [stage, { mean: means[stage] ?? 0, p95: 0 }]),
  ) as LoopTimes;

const rng = (n: number, slots = 1) => ({ name: `rng-${n}`, slots });
const hasher = { name: 'hasher-1', slots: 0 };

describe('the utilization', () => {
  test.each([
    [{ throughput: 5, serviceMs: 100, slots: 1 }, 0.5],
    [{ throughput: 10, serviceMs: 100, slots: 1 }, 1],
    [{ throughput: 10, serviceMs: 100, slots: 4 }, 0.25],
    [{ throughput: 0, serviceMs: 100, slots: 1 }, 0],
    [{ throughput: 10, serviceMs: 100, slots: 0 }, 0],
  ])('of %o is %f', (load, utilization) => {
    expect(utilizationOf(load)).toBeCloseTo(utilization);
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

describe('the replicas of a stage', () => {
  test('are all that served any miner, each once', () => {
    const miners = [miner('a', [rng(1), rng(2)], []), miner('b', [rng(2), rng(3)], [])];
    expect(replicasOf(miners, 'rng').map(({ name }) => name)).toEqual(['rng-1', 'rng-2', 'rng-3']);
  });
});

describe('the pipeline of ten miners and one rng', () => {
  const miners = Array.from({ length: 10 }, (_, n) => miner(`m${n}`, [rng(1)], [hasher]));
  const measured = times({
    work: 100,
    rngWait: 680,
    rngService: 101,
    hasherWait: 2,
    hasherService: 101,
  });
  const stages = stagesOf(miners, measured, 9.9);

  test("has the stages miner, rng and hasher, with the loops in flight by Little's law", () => {
    expect(stages).toMatchObject([
      { name: 'miner', replicas: 10, slots: 10, serviceMs: 302 },
      { name: 'rng', replicas: 1, slots: 1, waitMs: 680, serviceMs: 101, throughput: 9.9 },
      { name: 'hasher', replicas: 1, slots: 0, limit: null, utilization: 0 },
    ]);
    expect(stages[1]?.inFlight).toBeCloseTo(9.9 * 0.781);
  });

  test('has the utilization and the limit of rng', () => {
    expect(stages[1]?.utilization).toBeCloseTo(0.9999, 3);
    expect(stages[1]?.limit).toBeCloseTo(9.9, 1);
  });

  test('has its bottleneck at rng; another replica would double the limit', () => {
    const bottleneck = findBottleneck(stages);
    expect(bottleneck?.name).toBe('rng');
    expect(bottleneck?.limitWithOneMore).toBeCloseTo(2 * 9.9, 1);
  });
});

describe('the bottleneck', () => {
  const stage = (name: StageView['name'], load: Load): StageView => ({
    ...load,
    name,
    replicas: 1,
    waitMs: 0,
    inFlight: 0,
    utilization: utilizationOf(load),
    limit: limitOf(load),
  });
  const rngLoad = { throughput: 10, serviceMs: 100, slots: 1 };
  const minerStage = stage('miner', { throughput: 10, serviceMs: 300, slots: 10 });
  const hasherStage = stage('hasher', { throughput: 10, serviceMs: 100, slots: 0 });

  test('is the busiest stage', () => {
    expect(findBottleneck([minerStage, stage('rng', rngLoad), hasherStage])?.name).toBe('rng');
  });

  test('moves to another stage when the busiest one gets more slots', () => {
    const scaled = stage('rng', { ...rngLoad, slots: 10 });
    expect(findBottleneck([minerStage, scaled, hasherStage])?.name).toBe('miner');
  });

  test('is the miner if there is only one', () => {
    const measured = times({ work: 100, rngService: 101, hasherService: 101 });
    const stages = stagesOf([miner('a', [rng(1)], [hasher])], measured, 3.3);
    expect(findBottleneck(stages)?.name).toBe('miner');
  });

  test('does not exist without throughput or without a limit', () => {
    expect(findBottleneck([])).toBeNull();
    expect(findBottleneck([hasherStage])).toBeNull();
    expect(findBottleneck([stage('rng', { ...rngLoad, throughput: 0 })])).toBeNull();
    expect(findBottleneck(stagesOf([miner('a', [], [])], times({}), 0))).toBeNull();
  });

  test('is not a stage with an unlimited replica', () => {
    const stages = stagesOf(
      [miner('a', [rng(1), rng(2, 0)], [], 50)],
      times({ rngService: 100 }),
      9,
    );
    expect(stages[1]).toMatchObject({ slots: 0, limit: null });
    expect(findBottleneck(stages)?.name).toBe('miner');
  });
});
