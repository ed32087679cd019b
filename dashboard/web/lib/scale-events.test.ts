import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { scaleEvents } from './scale-events.ts';

type Replicas = Partial<Pick<Point, 'miners' | 'rng' | 'hasher'>>;

const point = (at: number, replicas: Replicas = {}): Point => ({
  at,
  speed: 3,
  loops: 0,
  hashes: null,
  miners: 1,
  rng: 1,
  hasher: 1,
  ...replicas,
});

/** A point for each second from 100 on. */
const seconds = (...replicas: Replicas[]) => replicas.map((each, n) => point(100 + n, each));
const miners = (...counts: number[]) => seconds(...counts.map((count) => ({ miners: count })));

describe('the changes of a scale', () => {
  test('are none without points', () => {
    expect(scaleEvents([])).toEqual([]);
  });

  test('are none at the first point', () => {
    expect(scaleEvents([point(100, { miners: 10 })])).toEqual([]);
  });

  test('are none while all stays the same', () => {
    expect(scaleEvents(miners(3, 3, 3))).toEqual([]);
  });

  test('tell when it was, and from what to what', () => {
    expect(scaleEvents(miners(1, 1, 10, 10))).toEqual([{ at: 102, text: 'miner 1 → 10' }]);
  });

  test('tell also of fewer', () => {
    expect(scaleEvents(miners(10, 2))).toEqual([{ at: 101, text: 'miner 10 → 2' }]);
  });

  test('tell that all miners left, and that one came back', () => {
    const left = [point(100), point(101, { miners: 0 })];
    const back = [point(110, { miners: 0 }), point(111)];
    expect(scaleEvents([...left, ...back])).toEqual([
      { at: 101, text: 'miner 1 → 0' },
      { at: 111, text: 'miner 0 → 1' },
    ]);
  });

  test('tell of rng', () => {
    expect(scaleEvents(seconds({ rng: 1 }, { rng: 2 }))).toEqual([{ at: 101, text: 'rng 1 → 2' }]);
  });

  test('tell of hasher', () => {
    expect(scaleEvents(seconds({ hasher: 3 }, { hasher: 2 }))).toEqual([
      { at: 101, text: 'hasher 3 → 2' },
    ]);
  });

  test('of several services are told apart, in the order in which they began', () => {
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

describe('changes that follow one another', () => {
  test('are one, which began with the first', () => {
    expect(scaleEvents(miners(1, 3, 4, 8, 10))).toEqual([{ at: 101, text: 'miner 1 → 10' }]);
  });

  test('are one when 6 seconds lie between them', () => {
    expect(scaleEvents(miners(1, 5, 5, 5, 5, 5, 5, 10))).toEqual([
      { at: 101, text: 'miner 1 → 10' },
    ]);
  });

  test('are two when 7 seconds lie between them', () => {
    expect(scaleEvents(miners(1, 5, 5, 5, 5, 5, 5, 5, 10))).toEqual([
      { at: 101, text: 'miner 1 → 5' },
      { at: 108, text: 'miner 5 → 10' },
    ]);
  });

  test('are one however long it takes, as long as each follows the one before', () => {
    expect(scaleEvents(miners(1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5))).toEqual([
      { at: 101, text: 'miner 1 → 5' },
    ]);
  });

  test('are none when they lead there and back', () => {
    expect(scaleEvents(miners(10, 9, 9, 9, 10))).toEqual([]);
  });

  test('are two when the way back begins later', () => {
    expect(scaleEvents(miners(1, 2, 2, 2, 2, 2, 2, 2, 1))).toEqual([
      { at: 101, text: 'miner 1 → 2' },
      { at: 108, text: 'miner 2 → 1' },
    ]);
  });
});

describe('what nobody saw', () => {
  test('is no change: rng that nobody asked is not gone', () => {
    expect(scaleEvents(seconds({ rng: 1 }, { rng: 0 }, { rng: 0 }, { rng: 1 }))).toEqual([]);
  });

  test('is no change: hasher that nobody asked yet does not come', () => {
    expect(scaleEvents(seconds({ hasher: 0 }, { hasher: 0 }, { hasher: 2 }))).toEqual([]);
  });

  test('does not hide what changed meanwhile', () => {
    expect(scaleEvents(seconds({ rng: 1 }, { rng: 0 }, { rng: 0 }, { rng: 2 }))).toEqual([
      { at: 103, text: 'rng 1 → 2' },
    ]);
  });

  test('is told when it lies within 5 seconds', () => {
    expect(scaleEvents([point(100), point(105, { miners: 2 })])).toEqual([
      { at: 105, text: 'miner 1 → 2' },
    ]);
  });

  test('is not told where points are missing for longer', () => {
    expect(scaleEvents([point(100), point(106, { miners: 2 })])).toEqual([]);
  });

  test('is not in the way of what is seen thereafter', () => {
    const points = [point(100), point(200, { miners: 4 }), point(201, { miners: 5 })];
    expect(scaleEvents(points)).toEqual([{ at: 201, text: 'miner 4 → 5' }]);
  });
});
