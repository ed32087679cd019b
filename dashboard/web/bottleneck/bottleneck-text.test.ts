import { describe, expect, test } from 'vitest';
import type { Bottleneck, Frame, Point } from '../../frame/frame.ts';
import { testFrame, testPoint } from '../../../tools/stack/frame-data.ts';
import { bottleneckText } from './bottleneck-text.ts';

const text = (frame: Frame, points: Point[] = []) => bottleneckText(frame, points);
const withBottleneck = (values: Partial<Bottleneck>) => {
  const frame = testFrame({ miners: 10 });
  return text({ ...frame, bottleneck: { ...(frame.bottleneck as Bottleneck), ...values } });
};

describe('bottleneckText', () => {
  test('names the bottleneck, its limit, and what one more replica would allow', () => {
    expect(withBottleneck({ utilization: 0.99 })).toBe(
      'rng is the bottleneck: its {slots} are 99% {busy}, so it limits the speed to 10.0/s. ' +
        'With one more replica: up to 20.0/s.',
    );
  });

  test('says what miners do, and miner, not replica, if the miners are the bottleneck', () => {
    expect(text(testFrame({ miners: 1 }))).toBe(
      'The miners are the bottleneck: they work on loops 100% of the time (waits in line do not count), so they limit the speed to 3.3/s. ' +
        'With one more miner: up to 6.7/s.',
    );
  });

  test('names what limits the speed next', () => {
    expect(withBottleneck({ oneMore: { speed: 15, limitedBy: 'hasher' } })).toContain(
      'One more replica would allow up to 15.0/s: then hasher is the limit.',
    );
  });

  test('says so if one more replica would not help', () => {
    expect(withBottleneck({ oneMore: { speed: 10.2, limitedBy: 'miner' } })).toContain(
      'One more replica would not help: the miners allow 10.2/s.',
    );
  });

  test('makes no forecast that the data does not support', () => {
    expect(withBottleneck({ oneMore: null })).toMatch(/limits the speed to 10\.0\/s\.$/);
  });

  test('never says more than 100%', () => {
    expect(withBottleneck({ utilization: 1.03 })).toContain('100%');
  });

  test('explains a process that uses a whole core', () => {
    expect(
      withBottleneck({ name: 'redis', resource: 'cpu', utilization: 0.99, oneMore: null }),
    ).toBe(
      'redis is the bottleneck: its busiest process uses 99% of a core, so it limits the speed to 10.0/s.',
    );
  });

  test('speaks of miners as miners', () => {
    const miner = { name: 'miner', resource: 'cpu', utilization: 0.98, oneMore: null } as const;
    expect(withBottleneck(miner)).toBe(
      'The miners are the bottleneck: the busiest one uses 98% of a core, so they limit the speed to 10.0/s.',
    );
    expect(withBottleneck({ oneMore: { speed: 15, limitedBy: 'miner' } })).toContain(
      'up to 15.0/s: then the miners are the limit.',
    );
  });

  test('explains a machine without idle processors', () => {
    expect(
      withBottleneck({ name: 'machine', resource: 'cpu', utilization: 0.97, oneMore: null }),
    ).toBe(
      'The machine is the bottleneck: its processors are 97% busy, most of it with this stack.',
    );
  });

  test('claims nothing if nothing is mined, or nothing is fully used', () => {
    expect(text(testFrame({ miners: 0 }))).toBe(
      'What limits the speed is unknown while nothing is being mined.',
    );
    expect(text(testFrame({ miners: 0 }, { source: 'hashes' }))).toBe(
      'Unknown, because these miners do not report.',
    );
    expect(text({ ...testFrame(), bottleneck: null })).toBe(
      'None found: nothing that is measured is fully used.',
    );
  });
});

describe('replicas that differ', () => {
  const equal = { avoided: [], held: 0, without: null };
  const turn = { ...equal, busy: ['rng-2'], others: ['rng-1'], othersUtilization: 0.2 };

  test('are named if a slow one holds up the other, with what its removal would allow', () => {
    const values = {
      ...{ utilization: 1, limit: 4, oneMore: { speed: 15, limitedBy: 'rng' as const } },
      unequal: { ...turn, without: { speed: 20, limitedBy: 'rng' as const } },
    };
    expect(withBottleneck(values)).toBe(
      'rng is the bottleneck: the {slots} of rng-2 are 100% {busy}, those of rng-1 20%. ' +
        'Miners use the replicas in turn, so rng-2 limits the speed to 4.0/s. ' +
        'With one more replica: up to 15.0/s. Without rng-2: up to 20.0/s.',
    );
  });

  test('say nothing about a removal that is no gain', () => {
    const without = { speed: 10, limitedBy: 'rng' as const };
    expect(withBottleneck({ unequal: { ...turn, without } })).not.toContain('Without');
  });

  test('name the slow one that may go, not the busy one', () => {
    const without = { speed: 20, limitedBy: 'rng' as const };
    const unequal = { ...turn, busy: ['rng-1'], others: [], avoided: ['rng-2'], without };
    expect(withBottleneck({ unequal })).toMatch(/ Without rng-2: up to 20\.0\/s\.$/);
  });

  test('are counted if there are many', () => {
    const others = ['rng-1', 'rng-3', 'rng-4', 'rng-5', 'rng-6'];
    const text = withBottleneck({ unequal: { ...turn, busy: ['rng-2', 'rng-7'], others } });
    expect(text).toContain('those of rng-1, rng-3, rng-4, and 2 more at most 20%.');
    expect(text).toContain('rng-2 and rng-7 limit the speed');
  });

  test('say how many loops are at the slow one, although miners avoid it', () => {
    const avoided = { ...turn, avoided: ['rng-2'], held: 4.2 };
    expect(
      withBottleneck({ unequal: { ...avoided, busy: ['rng-1', 'rng-2'], others: [] } }),
    ).toMatch(
      /^rng is the bottleneck: the {slots} of rng-1 and rng-2 are 100% {busy}, so it limits the speed to 10.0\/s. About 4 loops are at rng-2, although miners avoid it now and then. /,
    );
    expect(withBottleneck({ unequal: avoided })).toMatch(
      /^rng is the bottleneck: the {slots} of rng-2 are 100% {busy}, those of rng-1 20%. About 4 loops are at rng-2, although/,
    );
  });
});

describe('a service that does not report', () => {
  const frame = testFrame({ miners: 10 });
  const silent = {
    ...frame,
    bottleneck: null,
    upstreams: { ...frame.upstreams, rng: { ...frame.upstreams.rng, reports: false } },
  };

  test('has an unknown utilization', () => {
    expect(text(silent)).toBe('rng does not report its {slots}, so its {utilization} is unknown.');
  });

  test('gives itself away if its response time grows with the number of miners', () => {
    const points = Array.from({ length: 60 }, (_, n) =>
      testPoint(n, n < 30 ? { miners: 1 } : { miners: 10, rngMs: 832 }),
    );
    expect(text(silent, points)).toMatch(
      /Its response time grew from 100 ms with 1 miner to 832 ms with 10: requests wait there\.$/,
    );
  });

  test('allows no forecast for another bottleneck', () => {
    const machine = { name: 'machine', resource: 'cpu', utilization: 1, limit: 10 } as const;
    const oneMore = { speed: 10, limitedBy: 'machine' } as const;
    const sentences = text({ ...silent, bottleneck: { ...machine, oneMore } });
    expect(sentences).toContain('The machine is the bottleneck');
    expect(sentences).toContain('rng does not report');
    expect(sentences).not.toContain('One more');
    expect(sentences).not.toContain('one more');
  });
});
