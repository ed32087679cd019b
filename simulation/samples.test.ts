import { describe, expect, test } from 'vitest';
import type { Frame } from '../dashboard/frame/frame.ts';
import { Pipeline, type Happening } from './pipeline.ts';
import { frames } from './samples.ts';
import { MEASURED, planOf, type Scale, type Settings } from './settings.ts';

interface Setup {
  scale?: Partial<Scale>;
  settings?: Partial<Settings>;
  cores?: number;
  happenings?: [seconds: number, happening: Happening][];
}

/** Returns all frames of this many seconds. */
function framesOf(seconds: number, { scale, settings, cores = 0, happenings = [] }: Setup = {}) {
  const costs = { ...MEASURED, cores };
  const pipeline = new Pipeline(planOf({ scale: scale ?? {}, settings: settings ?? {}, costs }));
  for (const [at, happening] of happenings) pipeline.at(at * 1000, happening);
  return [...frames(pipeline, seconds)];
}

function lastFrame(seconds: number, setup?: Setup): Frame {
  const frame = framesOf(seconds, setup).at(-1);
  if (frame === undefined || 'unreachable' in frame) throw new Error('expected a frame');
  return frame;
}

describe('the dashboard sees', () => {
  test('ten miners at one rng, its bottleneck, and what a second rng would allow', () => {
    const frame = lastFrame(40, { scale: { miner: 10 } });
    expect(frame.speed).toBeCloseTo(10, 0);
    expect(frame).toMatchObject({
      miners: 10,
      rng: 1,
      hasher: 1,
      troubled: false,
      problems: [],
      source: 'queue',
      bottleneck: { name: 'rng', resource: 'slots' },
    });
    expect(frame.bottleneck?.oneMore?.speed).toBeCloseTo(20, 0);
    expect(frame.times?.rngWait.mean).toBeCloseTo(695, -2);
    expect(frame.fleet).toHaveLength(10);
    expect(frame.queue.waiting).toBeGreaterThan(90);
    expect(frame.producer).toMatchObject({ leader: 'producer-1', target: 100 });
  });

  test('a killed miner as lost, its job as abandoned, and later that another one did it', () => {
    const all = framesOf(90, {
      scale: { miner: 3 },
      happenings: [[30, { kind: 'kill', name: 'miner-2', forMs: 3_600_000 }]],
    }) as Frame[];
    expect(all[39]?.problems[0]?.text).toMatch(/^1 job lost by miner-2/);
    expect(all[39]?.fleet.find(({ name }) => name === 'miner-2')?.lost).toBe(true);
    expect(all.at(-1)).toMatchObject({ miners: 2, problems: [], abandoned: [] });
  });

  test.each<[string, Setup, RegExp]>([
    ['a paused queue', { happenings: [[20, { kind: 'pause' }]] }, /paused/],
    ['no producer', { scale: { producer: 0 } }, /no producer holds the lease/],
    [
      'a frozen rng',
      { happenings: [[15, { kind: 'freeze', name: 'rng-1', forMs: 60_000 }]] },
      /No loop has completed for/,
    ],
    [
      'a dead rng',
      { happenings: [[20, { kind: 'kill', name: 'rng-1', forMs: 60_000 }]] },
      /rng does not answer .*ECONN/,
    ],
    [
      'a global concurrency',
      { scale: { miner: 5 }, happenings: [[20, { kind: 'concurrency', jobs: 2 }]] },
      /allows only 2 jobs at a time/,
    ],
    [
      'a global rate limit',
      { happenings: [[20, { kind: 'rate', jobsPerSecond: 2 }]] },
      /allows only 2.0 jobs per second/,
    ],
    ['an overload', { settings: { PRODUCER_RATE: 9 } }, /backlog has been growing for/],
    ['errors', { settings: { RNG_ERROR_RATE: 0.3 } }, /Some requests to rng failed/],
    ['a full waiting room', { scale: { miner: 10 }, settings: { RNG_WAITING: 1 } }, /got 503/],
  ])('%s as a problem', (_, setup, text) => {
    expect(lastFrame(30, setup).problems.map((problem) => problem.text)).toContainEqual(
      expect.stringMatching(text),
    );
  });

  test('an outage while Redis is down', () => {
    const all = framesOf(20, { happenings: [[10.5, { kind: 'redis down', forMs: 5000 }]] });
    expect(all[9]).toHaveProperty('speed');
    expect(all[11]).toMatchObject({ unreachable: true });
    expect(all[19]).toHaveProperty('speed');
  });

  test('that a replica is slower than others', () => {
    const { variations } = lastFrame(20, {
      scale: { rng: 2 },
      settings: { RNG_SLOW_REPLICA: 'rng-2' },
    });
    expect(variations).toEqual([{ service: 'rng', names: ['rng-2'], variation: { slower: 5 } }]);
  });

  test('that the cores are the bottleneck without delays', () => {
    const { bottleneck, cpu } = lastFrame(6, {
      cores: 2,
      settings: {
        ...{ RNG_DELAY_MS: 0, RNG_SLOTS: 0, HASHER_DELAY_MS: 0, MINER_WORK_MS: 0 },
        MINER_CONCURRENCY: 64,
      },
    });
    expect(cpu.machine).toBeGreaterThan(0.85);
    expect(bottleneck?.resource).toBe('cpu');
  });
});
