import { describe, expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import type { Frame } from '../../frame/frame.ts';
import { doorsOf } from './doors.ts';
import { bottom, right, type Point } from './geometry.ts';
import { layoutOf, type Layout } from './layout.ts';
import { minerGroups } from './miner-groups.ts';
import { Pacer, type Pace } from './pace.ts';
import { Scene, type Dot } from './scene.ts';
import { WIDE } from './test-parts.ts';
import { Traffic } from './traffic.ts';

/** A picture that is one second old. */
class Show {
  readonly traffic = new Traffic();
  readonly scene = new Scene(this.traffic);
  readonly #pacer = new Pacer();
  pace!: Pace;
  layout!: Layout;

  constructor(frame: Frame, revealed = true) {
    this.receive(frame, revealed).play(1000);
  }

  receive(frame: Frame, revealed = true): this {
    this.pace = this.#pacer.update(frame);
    const groups = minerGroups(frame.fleet);
    this.scene.apply(this.traffic.follow(this.pace, groups));
    const { rng, hasher } = frame.upstreams;
    this.layout = layoutOf(WIDE, 16, {
      groups,
      doors: { rng: doorsOf(rng), hasher: doorsOf(hasher) },
      waiting: 100,
      pace: this.pace,
    });
    this.scene.arrange(this.layout, revealed);
    return this;
  }

  play(ms: number, onStep?: () => void): this {
    for (let passed = 0; passed < ms; passed += 66) {
      this.scene.apply(this.traffic.advance(66));
      this.scene.step(66, this.pace);
      onStep?.();
    }
    return this;
  }

  dots(kind: Dot['kind']): Dot[] {
    return [...this.scene.dots].filter((dot) => dot.kind === kind);
  }

  /** Number of jobs at these points. */
  at(points: Point[]): number {
    const isAt = (dot: Point) => points.some(({ x, y }) => Math.hypot(dot.x - x, dot.y - y) < 1);
    return this.dots('job').filter(isAt).length;
  }

  get squares(): Point[] {
    return [...this.layout.miners.values()].flatMap(({ places }) => places);
  }
}

/** A frame in which nothing moves. */
const still = (miners: number) => testFrame({ miners }, { speed: 0 });

describe('dots', () => {
  test('are as many as jobs in progress', () => {
    const show = new Show(testFrame({ miners: 10 }));
    show.play(5000, () => expect(show.dots('job')).toHaveLength(10));
  });

  test('stand where their jobs are', () => {
    const show = new Show(still(10));
    expect(show.at(show.layout.rng.line)).toBe(8);
    expect(show.at(show.squares)).toBe(1);
    expect(show.at(show.layout.hasher.places)).toBe(1);
  });

  test('stay in the squares of their miners until the bottleneck is revealed', () => {
    const show = new Show(still(10), false);
    expect(show.at(show.squares)).toBe(10);
    show.receive(still(10), true).play(2000);
    expect(show.at(show.layout.rng.line)).toBe(8);
  });

  test('never leave the canvas', () => {
    const show = new Show(testFrame({ miners: 10, rngs: 4 }));
    const { bounds } = show.layout;
    show.play(3000, () => {
      for (const { x, y } of show.scene.dots) {
        expect(x).toBeGreaterThanOrEqual(bounds.left);
        expect(x).toBeLessThanOrEqual(right(bounds));
        expect(y).toBeGreaterThanOrEqual(bounds.top);
        expect(y).toBeLessThanOrEqual(bottom(bounds));
      }
    });
  });

  test('tell whose job they are, also to a click beside them', () => {
    const show = new Show(testFrame());
    const miners = new Set(
      [...show.scene.dots].flatMap(({ x, y }) => show.scene.minerAt({ x: x + 5, y: y - 5 }) ?? []),
    );
    expect([...miners].sort()).toEqual([...show.layout.miners.keys()].sort());
    const [dot] = show.dots('job');
    const [x = NaN, y = NaN] = [dot?.x, dot?.y];
    expect(show.scene.minerAt({ x, y: y - 1000 })).toBeUndefined();
  });

  test('leave a trail', () => {
    const show = new Show(testFrame({ miners: 1 }));
    const [before] = show.dots('job').map(({ x, y }) => ({ x, y }));
    show.play(66);
    const [dot] = show.dots('job');
    expect(dot?.trail.at(-1)).toEqual({ x: dot?.x, y: dot?.y });
    if (show.dots('done').length === 0) expect(dot?.trail[0]).toEqual(before);
  });

  test('do not share a slot', () => {
    const show = new Show(testFrame({ miners: 10, rngs: 4 }));
    show.play(3000, () => {
      for (const place of show.layout.rng.places) expect(show.at([place])).toBeLessThanOrEqual(1);
    });
  });

  test('stand in line at hasher if it has too few slots', () => {
    const frame = still(10);
    const { rng, hasher } = frame.upstreams;
    const replicas = [{ name: 'hasher-1', slots: 1 }];
    frame.upstreams = { rng: { ...rng, pending: 0 }, hasher: { ...hasher, replicas, pending: 5 } };
    const show = new Show(frame);
    expect(show.at(show.layout.hasher.places)).toBe(1);
    expect(show.at(show.layout.hasher.line)).toBe(4);
  });

  test('all stand in line if the only door is closed', () => {
    const show = new Show(testFrame({ miners: 10 }));
    const dead = still(10);
    const avoided = [{ name: 'rng-1', reason: 'timeout' }];
    dead.upstreams.rng = { ...dead.upstreams.rng, replicas: [], avoided };
    show.receive(dead).play(2000);
    expect(show.at(show.layout.rng.line)).toBe(8);
    for (const place of show.layout.rng.line) expect(show.at([place])).toBeLessThanOrEqual(1);
  });

  test('of completed jobs vanish at Redis', () => {
    const show = new Show(testFrame({ miners: 10 }));
    let most = 0;
    show.play(3000, () => (most = Math.max(most, show.dots('done').length)));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(10);
  });

  test('of failed attempts go to the delayed jobs', () => {
    const show = new Show(still(10));
    const failing = still(10);
    failing.fleet = failing.fleet.map((miner) => ({ ...miner, errors: 1 }));
    failing.queue = { ...failing.queue, active: 0, delayed: 10 };
    show.receive(failing);
    expect(show.dots('failed')).toHaveLength(10);
    show.play(2000);
    expect(show.dots('failed')).toHaveLength(0);
  });

  test('go into the queue: from the producer, and when they are retried', () => {
    const show = new Show(still(1));
    show.scene.enqueue(2, 0.6);
    expect(show.dots('queued')).toHaveLength(2);
    show.scene.enqueue(0, 0.6);
    expect(show.dots('queued')).toHaveLength(3);
    show.play(2000);
    expect(show.dots('queued')).toHaveLength(0);
  });

  test('jump to their places without motion', () => {
    const show = new Show(testFrame({ miners: 10 }));
    show.scene.apply(show.traffic.advance(1000));
    show.scene.settle();
    const { rng, hasher } = show.layout;
    expect(show.dots('done')).toHaveLength(0);
    expect(show.at([...rng.line, ...rng.places, ...hasher.places, ...show.squares])).toBe(10);
  });

  test('of one miner stand out', () => {
    const show = new Show(testFrame({ miners: 10 }));
    show.play(3000, () => {
      expect(show.dots('job').filter(({ followed }) => followed)).toHaveLength(1);
    });
  });
});

test('without motion there is nothing to draw', () => {
  const show = new Show(still(10)).play(2000);
  expect(show.scene.step(66, show.pace)).toBe(false);
});
