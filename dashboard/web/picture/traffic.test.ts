import { describe, expect, test } from 'vitest';
import { testFrame, testMiner } from '../../../tools/stack/frame-data.ts';
import type { Frame } from '../../frame/frame.ts';
import { minerGroups } from './miner-groups.ts';
import { Pacer, type Pace } from './pace.ts';
import { Traffic, type Station } from './traffic.ts';

const STEP_MS = 66;

/** The traffic of a picture that receives one frame per second. */
class Run {
  readonly traffic = new Traffic();
  readonly #pacer = new Pacer();
  pace!: Pace;
  #at = 1000;
  /** Per station, dots × seconds. */
  readonly #presence = { miner: 0, line: 0, rng: 0, hasher: 0 };
  #seconds = 0;
  done = 0;
  failed = 0;

  /** Runs for some seconds with this frame, in which time and loops go on. */
  play(frame: Frame, seconds: number): this {
    for (let second = 0; second < seconds; second += 1) {
      this.#at += 1;
      const loops = Math.round(this.#at * (frame.speed ?? 0));
      this.pace = this.#pacer.update({ ...frame, at: this.#at, loops });
      const moves = this.traffic.follow(this.pace, minerGroups(frame.fleet));
      for (let ms = 0; ms < 1000; ms += STEP_MS) {
        moves.push(...this.traffic.advance(STEP_MS));
        for (const station of STATIONS) {
          this.#presence[station] += (this.traffic.count(station) * STEP_MS) / 1000;
        }
        this.#seconds += STEP_MS / 1000;
      }
      this.done += moves.filter(({ to }) => to === 'done').length;
      this.failed += moves.filter(({ to }) => to === 'failed').length;
    }
    return this;
  }

  /** Forgets what was measured so far. */
  measure(): this {
    for (const station of STATIONS) this.#presence[station] = 0;
    this.#seconds = 0;
    this.done = 0;
    return this;
  }

  mean(station: Station): number {
    return this.#presence[station] / this.#seconds;
  }

  /** Loops per second of the viewer's time. */
  get speed(): number {
    return this.done / this.#seconds;
  }
}

const STATIONS: Station[] = ['miner', 'line', 'rng', 'hasher'];

const settled = (frame: Frame) => new Run().play(frame, 5).measure();

describe.each([
  { miners: 1, rngs: 1, line: 0 },
  { miners: 2, rngs: 1, line: 0 },
  { miners: 10, rngs: 1, line: 7 },
  { miners: 10, rngs: 4, line: 0 },
])('with $miners miners and $rngs rngs', ({ miners, rngs, line }) => {
  const frame = testFrame({ miners, rngs });
  const speed = frame.speed ?? 0;
  const run = settled(frame).play(frame, 20);

  test('there is one job per miner', () => {
    expect(run.traffic.jobs.size).toBe(miners);
    expect(new Set([...run.traffic.jobs].map((job) => job.miner)).size).toBe(miners);
  });

  test('the speed is that of the frame', () => {
    expect(run.speed / speed).toBeGreaterThan(0.95);
    expect(run.speed / speed).toBeLessThan(1.05);
  });

  test("the number of jobs at each station follows Little's law", () => {
    expect(Math.abs(run.mean('miner') - speed * 0.1)).toBeLessThan(0.5);
    expect(Math.abs(run.mean('line') - line)).toBeLessThan(0.5);
    expect(Math.abs(run.mean('rng') - speed * 0.1)).toBeLessThan(0.5);
    expect(Math.abs(run.mean('hasher') - speed * 0.1)).toBeLessThan(0.5);
  });

  test('no more jobs are served by rng than it has slots', () => {
    expect(run.traffic.count('rng')).toBeLessThanOrEqual(rngs);
  });
});

describe('the traffic', () => {
  test('is at once as it has been for a while', () => {
    const run = new Run().play(testFrame({ miners: 10 }), 1);
    expect(Math.abs(run.mean('line') - 7)).toBeLessThan(0.5);
  });

  test('converges within a few seconds after scaling', () => {
    const [one, ten] = [testFrame({ miners: 1 }), testFrame({ miners: 10 })];
    const run = settled(one).play(ten, 3).measure().play(ten, 5);
    expect(run.traffic.jobs.size).toBe(10);
    expect(Math.abs(run.mean('line') - 7)).toBeLessThan(0.5);
    run.play(one, 3).measure().play(one, 5);
    expect(run.traffic.jobs.size).toBe(1);
    expect(run.mean('line')).toBeLessThan(0.1);
    expect(run.speed).toBeCloseTo(3.3, 0);
  });

  test('stands still without speed, where the reports say', () => {
    const dead = testFrame({ miners: 10 }, { speed: 0 });
    const run = settled(testFrame({ miners: 10 })).play(dead, 1);
    const before = [...run.traffic.jobs].map(({ id, station }) => [id, station]);
    run.measure().play(dead, 5);
    expect([...run.traffic.jobs].map(({ id, station }) => [id, station])).toEqual(before);
    expect(run.done).toBe(0);
    expect(run.traffic.count('line', 'rng')).toBe(8);
    expect(run.traffic.count('hasher')).toBe(1);
  });

  test('stands still at once when no loops come, although the mean speed falls slowly', () => {
    const frame = testFrame({ miners: 10 });
    const pacer = new Pacer();
    pacer.update(frame);
    expect(pacer.update({ ...frame, at: frame.at + 1 }).speed).toBe(0);
  });

  test('goes on when the speed is back', () => {
    const frame = testFrame({ miners: 10 });
    const run = settled(frame)
      .play(testFrame({ miners: 10 }, { speed: 0 }), 3)
      .play(frame, 3);
    run.measure().play(frame, 5);
    expect(run.speed).toBeCloseTo(10, 0);
  });

  test('waits at hasher if the reports say so', () => {
    const frame = testFrame({ miners: 10 }, { speed: 5 });
    const { rng, hasher } = frame.upstreams;
    const upstreams = { rng: { ...rng, pending: 1 }, hasher: { ...hasher, pending: 8 } };
    const run = settled({ ...frame, upstreams }).play({ ...frame, upstreams }, 10);
    expect(Math.abs(run.mean('hasher') - 8)).toBeLessThan(1);
    expect(run.speed).toBeCloseTo(5, 0);
  });

  test('loses the attempts that fail', () => {
    const frame = testFrame({ miners: 10 }, { speed: 0 });
    const failing = { ...frame, fleet: frame.fleet.map((miner) => ({ ...miner, errors: 1 })) };
    failing.queue = { ...frame.queue, active: 4, delayed: 6 };
    const run = settled(frame).play(failing, 1);
    expect(run.failed).toBe(10);
    expect(run.traffic.jobs.size).toBe(4);
  });

  test('is without the job of a dead miner', () => {
    const frame = testFrame({ miners: 3 });
    const [first, ...others] = frame.fleet;
    const run = settled(frame);
    run.play(
      {
        ...frame,
        fleet: [{ ...(first ?? testMiner()), lost: true }, ...others],
        abandoned: [{ id: '7', miner: 'miner-1', expiresMs: 17_000 }],
      },
      1,
    );
    expect([...run.traffic.jobs].map(({ miner }) => miner).toSorted()).toEqual([
      'miner-2-0',
      'miner-3-0',
    ]);
  });

  test('may have no jobs', () => {
    const run = settled(testFrame({ miners: 0 })).play(testFrame({ miners: 0 }), 2);
    expect(run.traffic.jobs.size).toBe(0);
  });
});

describe('fast traffic', () => {
  const fast = testFrame({ miners: 4 }, { speed: 4000 });
  fast.queue = { ...fast.queue, active: 512 };
  fast.fleet = fast.fleet.map((miner) => ({ ...miner, active: 128, concurrency: 128 }));
  fast.upstreams.rng.pending = 150;
  fast.upstreams.hasher.pending = 100;
  fast.stages = fast.stages.map((stage) => ({ ...stage, waitMs: 1, serviceMs: 1, totalMs: 2 }));
  if (fast.times) fast.times.work.mean = 0;
  const run = settled(fast).play(fast, 30);

  test('is bundled', () => {
    expect(run.pace.jobsPerDot).toBe(10);
    expect(run.traffic.jobs.size).toBe(51);
  });

  test('is slowed', () => {
    expect(run.pace.slowdown).toBeCloseTo(400 / 12);
    expect(run.speed).toBeCloseTo(12, 0);
  });

  test('waits where the reports say', () => {
    expect(Math.abs(run.mean('line') + run.mean('rng') - 15)).toBeLessThan(1);
    expect(Math.abs(run.mean('hasher') - 10)).toBeLessThan(1);
  });
});
