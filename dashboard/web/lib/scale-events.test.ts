import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { testPoint as point } from '../../../testing/frame-data.ts';
import { scaleEvents } from './scale-events.ts';

type Replicas = Partial<Pick<Point, 'miners' | 'rng' | 'hasher'>>;

/** One point per second, starting at 100. */
const seconds = (...replicas: Replicas[]) => replicas.map((values, n) => point(100 + n, values));
const miners = (...counts: number[]) => seconds(...counts.map((count) => ({ miners: count })));

describe('scaleEvents', () => {
  test('returns nothing without points', () => {
    expect(scaleEvents([])).toEqual([]);
  });

  test('returns nothing for the first point', () => {
    expect(scaleEvents([point(100, { miners: 10 })])).toEqual([]);
  });

  test('returns nothing while the scale is constant', () => {
    expect(scaleEvents(miners(3, 3, 3))).toEqual([]);
  });

  test('returns the time of a change and the number of replicas before and after', () => {
    expect(scaleEvents(miners(1, 1, 10, 10))).toEqual([{ at: 102, text: 'miner 1 → 10' }]);
  });

  test('reports scaling down', () => {
    expect(scaleEvents(miners(10, 2))).toEqual([{ at: 101, text: 'miner 10 → 2' }]);
  });

  test('reports scaling to zero and back', () => {
    const left = [point(100), point(101, { miners: 0 })];
    const back = [point(110, { miners: 0 }), point(111)];
    expect(scaleEvents([...left, ...back])).toEqual([
      { at: 101, text: 'miner 1 → 0' },
      { at: 111, text: 'miner 0 → 1' },
    ]);
  });

  test('reports changes of rng', () => {
    expect(scaleEvents(seconds({ rng: 1 }, { rng: 2 }))).toEqual([{ at: 101, text: 'rng 1 → 2' }]);
  });

  test('reports changes of hasher', () => {
    expect(scaleEvents(seconds({ hasher: 3 }, { hasher: 2 }))).toEqual([
      { at: 101, text: 'hasher 3 → 2' },
    ]);
  });

  test('reports services separately, in the order in which their changes began', () => {
    const points = seconds(
      {},
      { hasher: 2 },
      { hasher: 2, rng: 2 },
      { miners: 5, hasher: 2, rng: 2 },
    );
    expect(scaleEvents(points)).toEqual([
      { at: 101, text: 'hasher 1 → 2' },
      { at: 102, text: 'rng 1 → 2' },
      { at: 103, text: 'miner 1 → 5' },
    ]);
  });
});

describe('consecutive changes', () => {
  test('are one event that starts with the first change', () => {
    expect(scaleEvents(miners(1, 3, 4, 8, 10))).toEqual([{ at: 101, text: 'miner 1 → 10' }]);
  });

  test('are one event if they are 6 seconds apart', () => {
    expect(scaleEvents(miners(1, 5, 5, 5, 5, 5, 5, 10))).toEqual([
      { at: 101, text: 'miner 1 → 10' },
    ]);
  });

  test('are two events if they are 7 seconds apart', () => {
    expect(scaleEvents(miners(1, 5, 5, 5, 5, 5, 5, 5, 10))).toEqual([
      { at: 101, text: 'miner 1 → 5' },
      { at: 108, text: 'miner 5 → 10' },
    ]);
  });

  test('are one event of any length if each follows closely on the previous one', () => {
    expect(scaleEvents(miners(1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5))).toEqual([
      { at: 101, text: 'miner 1 → 5' },
    ]);
  });

  test('are no event if they cancel out', () => {
    expect(scaleEvents(miners(10, 9, 9, 9, 10))).toEqual([]);
  });

  test('are two events if the second reverts the first later', () => {
    expect(scaleEvents(miners(1, 2, 2, 2, 2, 2, 2, 2, 1))).toEqual([
      { at: 101, text: 'miner 1 → 2' },
      { at: 108, text: 'miner 2 → 1' },
    ]);
  });
});

describe('unknown replicas', () => {
  test('are not a change if rng is not called for a while', () => {
    expect(scaleEvents(seconds({ rng: 1 }, { rng: 0 }, { rng: 0 }, { rng: 1 }))).toEqual([]);
  });

  test('are not a change before hasher is first called', () => {
    expect(scaleEvents(seconds({ hasher: 0 }, { hasher: 0 }, { hasher: 2 }))).toEqual([]);
  });

  test('do not hide a change that happens meanwhile', () => {
    expect(scaleEvents(seconds({ rng: 1 }, { rng: 0 }, { rng: 0 }, { rng: 2 }))).toEqual([
      { at: 103, text: 'rng 1 → 2' },
    ]);
  });
});

describe('a change across missing points', () => {
  test('is an event if the gap is at most 5 seconds', () => {
    expect(scaleEvents([point(100), point(105, { miners: 2 })])).toEqual([
      { at: 105, text: 'miner 1 → 2' },
    ]);
  });

  test('is no event if the gap is longer', () => {
    expect(scaleEvents([point(100), point(106, { miners: 2 })])).toEqual([]);
  });

  test('does not hide later changes', () => {
    const points = [point(100), point(200, { miners: 4 }), point(201, { miners: 5 })];
    expect(scaleEvents(points)).toEqual([{ at: 201, text: 'miner 4 → 5' }]);
  });
});
