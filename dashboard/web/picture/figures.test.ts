import { describe, expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import type { Bottleneck } from '../../frame/frame.ts';
import {
  producerFigures,
  queueFigures,
  redisFigures,
  stageFigures,
  upstreamFigures,
} from './figures.ts';

const frame = testFrame({ miners: 10 });

describe('figures of a stage', () => {
  test('are those of the last ten seconds', () => {
    expect(Object.fromEntries(stageFigures(frame, 'rng'))).toEqual({
      throughput: '10.0/s',
      wait: '700 ms',
      service: '100 ms',
      'in flight': '8.0',
      slots: '1',
      utilization: '100%',
      limit: '10.0/s',
    });
  });

  test('without a limit say so', () => {
    expect(Object.fromEntries(stageFigures(frame, 'hasher'))).toMatchObject({
      slots: 'no limit',
      utilization: 'no limit',
      limit: 'no limit',
    });
  });

  test('that are not reported say so', () => {
    const unknown = { slots: null, waitMs: null, serviceMs: null, utilization: null, limit: null };
    const stages = frame.stages.map((stage) => ({ ...stage, ...unknown }));
    const figures = Object.fromEntries(stageFigures({ ...frame, stages }, 'rng'));
    for (const label of ['wait', 'service', 'slots', 'utilization', 'limit']) {
      expect(figures[label]).toBe('not reported');
    }
  });

  test('do not exist without loops', () => {
    expect(stageFigures(testFrame({ miners: 0 }), 'miner')).toEqual([]);
  });
});

test('miners have loops, not slots', () => {
  const figures = Object.fromEntries(stageFigures(frame, 'miner'));
  expect(figures).toMatchObject({ 'loops at once': '10', 'at work': '30%' });
  expect(figures).not.toHaveProperty('slots');
});

test('figures of rng include how busy its replicas are, if they differ', () => {
  const load = { slots: 1, share: 0.5, inFlight: 4 };
  const loads = [
    { ...load, name: 'rng-1', serviceMs: 100, utilization: 0.2 },
    { ...load, name: 'rng-2', serviceMs: 500, utilization: 1.01 },
  ];
  const stages = frame.stages.map((stage) => (stage.name === 'rng' ? { ...stage, loads } : stage));
  const unequal = {
    ...{ busy: ['rng-2'], others: ['rng-1'], othersUtilization: 0.2 },
    ...{ avoided: [], held: 0, without: null },
  };
  const bottleneck = { ...(frame.bottleneck as Bottleneck), unequal };
  expect(upstreamFigures({ ...frame, stages, bottleneck }, 'rng').slice(-2)).toEqual([
    ['rng-2', '100% busy, 500 ms each'],
    ['rng-1', '20% busy, 100 ms each'],
  ]);
  expect(upstreamFigures({ ...frame, stages }, 'rng').at(-1)?.[0]).toBe('limit');
});

test('figures of rng include the replicas that the miners avoid', () => {
  const { upstreams } = testFrame();
  upstreams.rng.avoided = [{ name: 'rng-2', reason: 'timeout' }];
  expect(upstreamFigures({ ...frame, upstreams }, 'rng')).toContainEqual([
    'avoided: rng-2',
    'timeout',
  ]);
});

test('figures of the producer', () => {
  expect(producerFigures(frame)).toEqual([
    ['leader', 'producer-1'],
    ['target', '100 waiting jobs'],
    ['adds', '10.0/s'],
  ]);
  const unknown = testFrame(
    {},
    { producer: { leader: null, target: null, fixedRate: false, dropped: 0 } },
  );
  unknown.queue.added = null;
  expect(producerFigures(unknown).map(([, value]) => value)).toEqual(['none', '–', '–/s']);
});

test('figures of the queue', () => {
  expect(queueFigures(frame)).toEqual([
    ['waiting', '100'],
    ['active', '10'],
    ['delayed', '0'],
    ['failed', '0'],
  ]);
});

test('figures of Redis', () => {
  expect(redisFigures(frame)).toEqual([
    ['memory', '2.0 MiB of 384 MiB'],
    ['loops', '3,000'],
    ['coins', '12'],
  ]);
  const unlimited = testFrame(
    {},
    { redis: { used: 5 * 1024 ** 2, max: null, refusal: null, cli: 'redis-cli' } },
  );
  expect(redisFigures(unlimited)[0]).toEqual(['memory', '5.0 MiB, no limit']);
});
