import { describe, expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { doorsOf } from './doors.ts';
import { bottom, right } from './geometry.ts';
import { layoutOf, type Parts } from './layout.ts';
import { minerGroups } from './miner-groups.ts';
import { Pacer } from './pace.ts';
import { STACKED, WIDE } from './test-parts.ts';

function layout(parts: Parts, counts: { miners: number; rngs?: number }) {
  const frame = testFrame(counts);
  return layoutOf(parts, 16, {
    groups: minerGroups(frame.fleet),
    doors: { rng: doorsOf(frame.upstreams.rng), hasher: doorsOf(frame.upstreams.hasher) },
    waiting: frame.queue.waiting,
    pace: new Pacer().update(frame),
  });
}

describe.each([
  ['side by side', WIDE],
  ['below one another', STACKED],
])('boxes %s', (_, parts) => {
  const placed = layout(parts, { miners: 10, rngs: 4 });

  test('have a square for each miner', () => {
    expect(placed.miners.size).toBe(10);
    for (const { rect, places } of placed.miners.values()) {
      expect(places).toHaveLength(1);
      expect(rect.top).toBeGreaterThanOrEqual(parts.cells.top);
      expect(bottom(rect)).toBeLessThanOrEqual(bottom(parts.cells));
    }
  });

  test('have a door with one slot for each rng, and an open door for hasher', () => {
    expect(placed.rng.doors).toHaveLength(4);
    expect(placed.rng.places).toHaveLength(4);
    expect(placed.hasher.doors).toHaveLength(1);
    expect(placed.hasher.places.length).toBeGreaterThan(4);
  });

  test('have a place in line for every job, one after another', () => {
    expect(placed.rng.line).toHaveLength(10);
    expect(new Set(placed.rng.line.map(({ x, y }) => `${x} ${y}`)).size).toBe(10);
  });

  test('have lanes that end at the boxes', () => {
    const { take, count, add } = placed.lanes;
    expect(add.map(({ y }) => y)).toEqual([bottom(parts.producer), parts.queue.top]);
    const isWide = parts === WIDE;
    expect(isWide ? take[1].x : take[1].y).toBe(isWide ? parts.miner.left : parts.miner.top);
    expect(isWide ? count[1].x : count[1].y).toBe(isWide ? right(parts.redis) : parts.redis.top);
    for (const [from, to] of Object.values(placed.lanes)) {
      expect(from.x === to.x || from.y === to.y).toBe(true);
    }
  });
});

test('the line stands on the way to rng, in front of its doors', () => {
  const { lanes, rng, dot } = layout(WIDE, { miners: 10 });
  expect(rng.line[0]?.y).toBe(lanes.ask[0].y);
  expect(rng.places[0]?.y).toBe(lanes.ask[0].y);
  expect(lanes.ask[1].x - (rng.line[0]?.x ?? 0)).toBeLessThan(2 * dot);
});

test.each([
  ['closed doors', { replicas: 1, closed: true, slots: null }],
  ['doors that do not report their slots', { replicas: 1, closed: false, slots: null }],
])('%s have no places', (_, door) => {
  const frame = testFrame({ miners: 10 });
  const { rng } = layoutOf(WIDE, 16, {
    groups: minerGroups(frame.fleet),
    doors: { rng: [door], hasher: [door] },
    waiting: 0,
    pace: { dots: 10, jobsPerDot: 1 },
  });
  expect(rng.doors).toHaveLength(1);
  expect(rng.places).toEqual([]);
});

test('doors are used in turn', () => {
  const twoSlots = { replicas: 1, closed: false, slots: 2 };
  const { rng } = layoutOf(WIDE, 16, {
    groups: [],
    doors: { rng: [twoSlots, twoSlots], hasher: [twoSlots] },
    waiting: 0,
    pace: { dots: 4, jobsPerDot: 1 },
  });
  const [first, second] = rng.doors;
  expect(rng.places).toEqual([
    first?.places[0],
    second?.places[0],
    first?.places[1],
    second?.places[1],
  ]);
});

describe.each([
  ['tall', { ...WIDE.waiting, height: 100 }],
  ['flat', WIDE.waiting],
])('in a %s queue', (_, area) => {
  const queueOf = (waiting: number) =>
    layoutOf({ ...WIDE, waiting: area }, 16, {
      groups: [],
      doors: { rng: [], hasher: [] },
      waiting,
      pace: { dots: 0, jobsPerDot: 1 },
    });
  const places = queueOf(0).waiting.length;

  test('jobs that all have a place need no text', () => {
    expect(queueOf(places)).toMatchObject({ more: undefined, waiting: { length: places } });
  });

  test('more jobs leave room for a text, apart from the dots', () => {
    const { waiting, more, dot } = queueOf(places + 1);
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.length).toBeLessThan(places);
    const isClear = waiting.every(({ y }) => y - dot / 2 > (more?.y ?? Infinity));
    expect(isClear).toBe(true);
  });
});

test('a job stands out only among others', () => {
  expect(layout(WIDE, { miners: 10 }).followed).toBe('miner-1-0');
  expect(layout(WIDE, { miners: 2 }).followed).toBeUndefined();
});
