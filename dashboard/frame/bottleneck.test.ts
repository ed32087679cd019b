import { describe, expect, test } from 'vitest';
import { testFrame } from '../../tools/stack/frame-data.ts';
import type { CpuView, StageView } from './frame.ts';
import { findBottleneck } from './bottleneck.ts';
import { limitOfLoads } from './replica-loads.ts';

/** Finds the bottleneck of the usual experiment. */
function find(miners: number, rngs: number, cpu: Partial<CpuView> = {}, canForecast = true) {
  const frame = testFrame({ miners, rngs });
  return findBottleneck(frame.stages, { ...frame.cpu, ...cpu }, frame.speed ?? 0, canForecast);
}

const service = (name: string, busiest: number, total = busiest) => ({ name, total, busiest });

describe('the bottleneck', () => {
  test('is the miner if there is only one; a second one doubles the speed', () => {
    const bottleneck = find(1, 1);
    expect(bottleneck).toMatchObject({ name: 'miner', resource: 'slots' });
    expect(bottleneck?.oneMore?.limitedBy).toBe('miner');
    expect(bottleneck?.oneMore?.speed).toBeCloseTo(6.67, 1);
  });

  test('is rng with ten miners; a second one doubles the speed', () => {
    const bottleneck = find(10, 1);
    expect(bottleneck).toMatchObject({ name: 'rng', resource: 'slots', limit: 10 });
    expect(bottleneck?.oneMore).toEqual({ speed: 20, limitedBy: 'rng' });
  });

  test('is the miner again with ten miners and four rngs', () => {
    expect(find(10, 4)?.name).toBe('miner');
  });

  test.each([
    ['miners', 4, 2, 'miner'],
    ['rng', 3, 1, 'miner'],
  ])('a forecast is never more than all other stages allow (one more %s)', (_, miners, rngs) => {
    const { stages, cpu, speed } = testFrame({ miners, rngs });
    const bottleneck = findBottleneck(stages, cpu, speed ?? 0, true);
    expect(bottleneck?.oneMore?.speed).toBeLessThanOrEqual(Math.min(((miners + 1) / 3) * 10, 20));
  });

  test('with three miners and one rng, a second rng gains nothing: the miners are as busy', () => {
    const { stages, cpu, speed } = testFrame({ miners: 3, rngs: 1 });
    const bottleneck = findBottleneck(
      stages.slice(1).concat(stages.slice(0, 1)),
      cpu,
      speed ?? 0,
      true,
    );
    expect(bottleneck?.oneMore?.speed).toBeCloseTo(10);
  });

  test('does not exist if nothing is mined or nothing is busy', () => {
    expect(findBottleneck([], testFrame().cpu, 0, true)).toBeNull();
    expect(findBottleneck([], testFrame().cpu, 3, true)).toBeNull();
  });
});

describe('the processors', () => {
  const idle = testFrame({ miners: 10, rngs: 10 });
  const unlimited = idle.stages.map((stage) => ({ ...stage, utilization: 0.01, limit: 1e6 }));
  const findFast = (cpu: Partial<CpuView>) =>
    findBottleneck(unlimited, { ...idle.cpu, ...cpu }, 4000, true);

  test('of a process are the bottleneck if it fills a core', () => {
    const bottleneck = findFast({
      machine: 0.7,
      services: [service('miner', 0.98), service('rng', 0.3)],
    });
    expect(bottleneck).toMatchObject({ name: 'miner', resource: 'cpu' });
    expect(bottleneck?.limit).toBeCloseTo(4082, 0);
  });

  test('of the machine are the bottleneck if all of them are busy, and no replica helps', () => {
    const services = [service('miner', 0.9), service('rng', 0.4), service('redis', 0.6)];
    expect(findFast({ machine: 0.97, services })).toMatchObject({
      name: 'machine',
      resource: 'cpu',
      oneMore: null,
    });
  });

  test('used by other programs are not our bottleneck', () => {
    const bottleneck = find(1, 1, { machine: 0.6 });
    expect(bottleneck).toMatchObject({ name: 'miner', resource: 'slots' });
    expect(bottleneck?.oneMore?.limitedBy).toBe('miner');
    expect(find(10, 1, { machine: 1 })).toMatchObject({ name: 'rng', resource: 'slots' });
  });

  test('limit the forecast', () => {
    const services = [service('miner', 0.2, 0.6)];
    const bottleneck = find(10, 1, { machine: 0.75, cores: 1, services });
    expect(bottleneck?.oneMore).toMatchObject({ limitedBy: 'machine' });
    expect(bottleneck?.oneMore?.speed).toBeCloseTo(10 + (10 * 0.25) / 0.6);
  });
});

describe('there is no forecast', () => {
  test('while the speed has not settled', () => {
    expect(find(10, 1, {}, false)).toMatchObject({ name: 'rng', oneMore: null });
  });

  test('on a busy machine', () => {
    expect(find(10, 1, { machine: 0.9 })).toMatchObject({ name: 'rng', oneMore: null });
  });

  test('if the speed is far below what all resources allow', () => {
    const { stages, cpu } = testFrame({ miners: 10, rngs: 1 });
    expect(findBottleneck(stages, cpu, 6, true)?.oneMore).toBeNull();
  });
});

describe('a slow replica', () => {
  /** Ten miners and these rngs: service times (ms), shares and loops there. */
  function findUnequal(
    speed: number,
    rngs: [serviceMs: number, share: number, inFlight: number][],
  ) {
    const { stages, cpu } = testFrame({ miners: 10, rngs: rngs.length });
    const loads = rngs.map(([serviceMs, share, inFlight], n) => {
      const utilization = (speed * share * serviceMs) / 1000;
      return { name: `rng-${n + 1}`, slots: 1, share, serviceMs, utilization, inFlight };
    });
    const serviceMs = loads.reduce((sum, load) => sum + load.share * load.serviceMs, 0);
    const utilization = Math.max(...loads.map((load) => load.utilization));
    const limit = limitOfLoads(loads, speed);
    const [miner, rng, hasher] = stages as [StageView, StageView, StageView];
    const rngStage = { ...rng, throughput: speed, serviceMs, utilization, limit, loads };
    const miners = {
      ...miner,
      serviceMs: 200 + serviceMs,
      utilization: 0.3,
      limit: 10_000 / (200 + serviceMs),
    };
    return findBottleneck([miners, rngStage, hasher], cpu, speed, true);
  }

  test('that gets its turn is the bottleneck, although the average is not busy', () => {
    const bottleneck = findUnequal(4, [
      [100, 0.5, 0.2],
      [500, 0.5, 9],
    ]);
    expect(bottleneck).toMatchObject({
      ...{ name: 'rng', utilization: 1, limit: 4 },
      oneMore: { speed: 6, limitedBy: 'rng' },
      unequal: {
        busy: ['rng-2'],
        others: ['rng-1'],
        avoided: [],
        without: { speed: 10, limitedBy: 'rng' },
      },
    });
    expect(bottleneck?.unequal?.othersUtilization).toBeCloseTo(0.2);
  });

  test('does not slow down the miners once it is gone', () => {
    const slow = findUnequal(4, [
      [100, 0.5, 0.2],
      [2000, 0.5, 9],
    ]);
    expect(slow?.unequal?.without).toMatchObject({ speed: 10, limitedBy: 'rng' });
  });

  test('that is avoided keeps some miners waiting, however many other replicas there are', () => {
    const bottleneck = findUnequal(11.8, [
      [100, 0.83, 5],
      [500, 0.17, 4],
    ]);
    expect(bottleneck?.oneMore?.limitedBy).toBe('miner');
    expect(bottleneck?.oneMore?.speed).toBeCloseTo(2 + 6 / 0.3, 1);
    expect(bottleneck?.unequal).toMatchObject({ others: [], avoided: ['rng-2'], held: 4 });
    expect(bottleneck?.unequal?.without?.speed).toBeCloseTo(10);
  });

  test('is nothing that equal replicas have', () => {
    const bottleneck = findUnequal(20, [
      [100, 0.5, 4],
      [100, 0.5, 4],
    ]);
    expect(bottleneck?.oneMore).toEqual({ speed: 30, limitedBy: 'rng' });
    expect(bottleneck).not.toHaveProperty('unequal');
  });
});
