import { describe, expect, test } from 'vitest';
import { STAGES, type Replica } from '@dockercoins/common/contract';
import { MinerStats } from '../../miner/stats.ts';
import type { LoopTimes } from '../frame.ts';
import type { SeenMiner } from './sample.ts';
import { findBottleneck, replicasOf, stagesOf } from './stages.ts';

function miner(id: string, rng: Replica[], hasher: Replica[], concurrency = 1): SeenMiner {
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

const times = (means: Partial<Record<(typeof STAGES)[number], number>>) =>
  Object.fromEntries(
    STAGES.map((stage) => [stage, { mean: means[stage] ?? 0, p95: 0 }]),
  ) as LoopTimes;

const rng = (n: number, slots = 1) => ({ name: `rng-${n}`, slots });
const hasher = { name: 'hasher-1', slots: 0 };

describe('the replicas of a stage', () => {
  test('are those that any miner met, each once', () => {
    const miners = [miner('a', [rng(1), rng(2)], []), miner('b', [rng(2), rng(3)], [])];
    expect(replicasOf(miners, 'rng').map(({ name }) => name)).toEqual(['rng-1', 'rng-2', 'rng-3']);
  });
});

describe('the pipeline of ten miners and one rng', () => {
  const miners = Array.from({ length: 10 }, (_, n) => miner(`m${n}`, [rng(1)], [hasher]));
  const taken = times({
    work: 100,
    rngWait: 680,
    rngService: 101,
    hasherWait: 2,
    hasherService: 101,
  });
  const stages = stagesOf(miners, taken, 9.9);

  test('has miner, rng and hasher, with the loops in each by the law of Little', () => {
    expect(stages).toMatchObject([
      { name: 'miner', replicas: 10, slots: 10, serviceMs: 302 },
      { name: 'rng', replicas: 1, slots: 1, waitMs: 680, serviceMs: 101, throughput: 9.9 },
      { name: 'hasher', replicas: 1, slots: 0, limit: null, utilization: 0 },
    ]);
    expect(stages[1]?.inFlight).toBeCloseTo(9.9 * 0.781);
  });

  test('knows how busy rng is, and what it can serve at the most', () => {
    expect(stages[1]?.utilization).toBeCloseTo(0.9999, 3);
    expect(stages[1]?.limit).toBeCloseTo(9.9, 1);
  });

  test('has its bottleneck in rng, and tells what one more would bring', () => {
    const bottleneck = findBottleneck(stages);
    expect(bottleneck?.name).toBe('rng');
    expect(bottleneck?.limitWithOneMore).toBeCloseTo(2 * 9.9, 1);
  });
});

describe('the bottleneck', () => {
  test('is the miner where it is alone', () => {
    const taken = times({ work: 100, rngService: 101, hasherService: 101 });
    const stages = stagesOf([miner('a', [rng(1)], [hasher])], taken, 3.3);
    expect(findBottleneck(stages)?.name).toBe('miner');
  });

  test('is none where nothing is done', () => {
    expect(findBottleneck(stagesOf([miner('a', [], [])], times({}), 0))).toBeNull();
    expect(findBottleneck([])).toBeNull();
  });

  test('is not where one replica has no limit', () => {
    const stages = stagesOf(
      [miner('a', [rng(1), rng(2, 0)], [], 50)],
      times({ rngService: 100 }),
      9,
    );
    expect(stages[1]).toMatchObject({ slots: 0, limit: null });
    expect(findBottleneck(stages)?.name).toBe('miner');
  });
});
