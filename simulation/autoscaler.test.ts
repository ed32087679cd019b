import { describe, expect, test } from 'vitest';
import { Autoscaler, wantedReplicas, type AutoscalerOptions } from './autoscaler.ts';
import { Pipeline } from './pipeline.ts';
import { planOf } from './settings.ts';

test.each([
  [1, 8, 1, 8],
  [4, 0.825, 1, 4],
  [4, 0.25, 1, 1],
  [3, 1.09, 1, 3],
  [3, 1.11, 1, 4],
  [3, 0.1, 0.3, 1],
])(
  '%i replicas with a metric of %d and a target of %d become %i',
  (replicas, metric, target, wanted) => {
    expect(wantedReplicas(replicas, metric, target)).toBe(wanted);
  },
);

/** Runs for an hour, and returns how many rngs there were at a second. @param metricAt by the second */
function rngsOf(
  metricAt: (second: number, replicas: number) => number,
  options: Partial<AutoscalerOptions> = {},
) {
  const pipeline = new Pipeline(planOf({ scale: { miner: 0 } }));
  const autoscaler = new Autoscaler({
    ...{ pipeline, service: 'rng', min: 1, max: 10, target: 1, startUpMs: 30_000 },
    metric: (replicas) => metricAt(pipeline.engine.now / 1000, replicas),
    scaleUp: { replicas: 10, periodMs: 15_000 },
    ...options,
  });
  const rngs: number[] = [];
  for (let second = 0; second < 3600; second++) {
    rngs.push(pipeline.replicas.rng.size);
    pipeline.runUntil((second + 1) * 1000);
  }
  return { rngs, changes: autoscaler.changes };
}

describe('an autoscaler', () => {
  test('looks every 15 s, and a new replica works after its start-up', () => {
    const { rngs } = rngsOf((_, replicas) => 4 / replicas);
    expect(rngs.indexOf(4)).toBe(46); // 15 s, 30 s, and the 0.3 s of npm start
    expect(new Set(rngs)).toEqual(new Set([1, 4]));
  });

  test('adds no more than its policy allows', () => {
    const scaleUp = { replicas: 1, periodMs: 60_000 };
    const { rngs } = rngsOf((_, replicas) => 4 / replicas, { scaleUp });
    expect([2, 3, 4].map((replicas) => rngs.indexOf(replicas))).toEqual([46, 106, 166]);
  });

  test('wants at most its maximum', () => {
    expect(Math.max(...rngsOf(() => 5).rngs)).toBe(10);
  });

  test('removes replicas when it has wanted fewer for five minutes', () => {
    const { rngs } = rngsOf((second, replicas) => (second <= 600 ? 4 : 1) / replicas);
    expect(rngs.lastIndexOf(4)).toBe(899);
    expect(rngs.at(-1)).toBe(1);
  });

  test('does not let a replica work that it has removed while it was starting', () => {
    const { rngs } = rngsOf((second) => (second === 15 ? 4 : 0.1), { startUpMs: 600_000 });
    expect(new Set(rngs)).toEqual(new Set([1]));
  });
});
