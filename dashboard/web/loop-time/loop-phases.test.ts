import { expect, test } from 'vitest';
import type { Frame, LoopTimes } from '../../frame/frame.ts';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { timedPhases } from './loop-phases.ts';

const { upstreams } = testFrame();
const TIMES: LoopTimes = {
  queueWait: { mean: 30_000, p95: 31_000 },
  work: { mean: 100, p95: 103 },
  rngWait: { mean: 700, p95: 720 },
  rngService: { mean: 101, p95: 104 },
  hasherWait: { mean: 0, p95: 1 },
  hasherService: { mean: 102, p95: 105 },
};

const labels = (frame: Frame['upstreams']) => timedPhases(TIMES, frame).map(({ label }) => label);

test('a loop works, calls rng, and calls hasher; it does not include the wait in the queue', () => {
  expect(labels(upstreams)).toEqual([
    'work',
    'rng wait',
    'rng service',
    'hasher wait',
    'hasher service',
  ]);
  expect(timedPhases(TIMES, upstreams)[1]).toEqual({
    stage: 'rngWait',
    label: 'rng wait',
    stages: ['rngWait'],
    mean: 700,
    p95: 720,
  });
});

test('a service that does not report its wait is one phase', () => {
  const silent = { ...upstreams, rng: { ...upstreams.rng, reports: false } };
  expect(labels(silent)).toEqual([
    'work',
    'rng (not reported separately)',
    'hasher wait',
    'hasher service',
  ]);
  expect(timedPhases(TIMES, silent)[1]).toMatchObject({ mean: 801, p95: 824 });
});
