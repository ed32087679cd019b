import { describe, expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import type { Frame } from '../../frame/frame.ts';
import { Pacer } from './pace.ts';

const paceOf = (frame: Frame) => new Pacer().update(frame);

/** The pace of the last of these frames, one per second. */
function paceAfter(...frames: Frame[]) {
  const pacer = new Pacer();
  const paces = frames.map((frame, second) => {
    const at = frame.at + second;
    return pacer.update({ ...frame, at, loops: at * 10 });
  });
  return paces.at(-1);
}

/** A frame with this many active jobs. */
function busy(active: number, speed: number): Frame {
  const frame = testFrame({ miners: 10, rngs: 4 });
  return { ...frame, speed, queue: { ...frame.queue, active } };
}

describe('the pace', () => {
  test('is that of the frame', () => {
    expect(paceOf(testFrame({ miners: 10 }))).toMatchObject({
      dots: 10,
      speed: 10,
      slowdown: 1,
      jobsPerDot: 1,
      slots: 1,
      pending: { rng: 8, hasher: 1 },
    });
  });

  test('has the measured times, if jobs only work and are served', () => {
    const { workMs, rngMs, hasherMs } = paceOf(testFrame({ miners: 10, rngs: 4 }));
    for (const ms of [workMs, rngMs, hasherMs]) expect(Math.abs(ms - 100)).toBeLessThan(2);
  });

  test('leaves waiting at rng to the line that forms there', () => {
    const { workMs, rngMs, hasherMs } = paceOf(testFrame({ miners: 10 }));
    for (const ms of [workMs, rngMs, hasherMs]) expect(Math.abs(ms - 100)).toBeLessThan(2);
  });

  test('adds waiting at the miner to its work', () => {
    const frame = testFrame({ miners: 10 });
    const { rng, hasher } = frame.upstreams;
    frame.upstreams = { rng: { ...rng, pending: 1 }, hasher: { ...hasher, pending: 1 } };
    if (frame.times) frame.times.rngWait.mean = 0;
    expect(paceOf(frame).workMs).toBeCloseTo(800);
  });

  test('takes all of the time in rng as service if rng does not report its wait', () => {
    const frame = testFrame({ miners: 10 });
    frame.stages = frame.stages.map((stage) => ({ ...stage, waitMs: null, serviceMs: null }));
    frame.upstreams.rng.replicas = [];
    expect(paceOf(frame)).toMatchObject({ rngMs: 800, slots: Infinity });
  });

  test('is not limited by a service time that is measured as slightly too long', () => {
    const frame = testFrame({ miners: 10 });
    frame.stages = frame.stages.map((stage) => ({ ...stage, serviceMs: 103 }));
    expect(paceOf(frame).rngMs).toBe(100);
  });

  test('does not count jobs of dead miners', () => {
    const abandoned = [{ id: '1', miner: 'miner-3', expiresMs: 5000 }];
    expect(paceOf(testFrame({ miners: 10 }, { abandoned })).dots).toBe(9);
  });

  test('is zero without miners or an unknown speed', () => {
    expect(paceOf(testFrame({ miners: 0 }))).toMatchObject({ dots: 0, speed: 0 });
    expect(paceOf(testFrame({}, { speed: null })).speed).toBe(0);
  });

  test('is zero as soon as no loop is completed, although the mean speed falls slowly', () => {
    const pacer = new Pacer();
    const frame = testFrame({ miners: 10 });
    pacer.update(frame);
    expect(pacer.update({ ...frame, at: frame.at + 1 }).speed).toBe(0);
    const slow = { ...frame, speed: 0.5 };
    expect(pacer.update({ ...slow, at: frame.at + 2 }).speed).toBe(0.5);
  });
});

describe('requests in progress', () => {
  const frame = testFrame({ miners: 10 }, { times: null });
  const { rng, hasher } = frame.upstreams;
  const snapshot = (pending: number): Frame => ({
    ...frame,
    upstreams: { rng: { ...rng, pending }, hasher },
  });

  test('are those of the measured times if these add up', () => {
    const { times } = testFrame({ miners: 10 });
    expect(paceOf({ ...snapshot(5), times }).pending.rng).toBe(8);
    expect(paceOf({ ...snapshot(5), times, speed: 8 }).pending.rng).toBe(5);
  });

  test('are a mean of the snapshots otherwise', () => {
    const paces = [8, 6, 9, 8, 8].map(snapshot);
    expect(paceAfter(...paces)?.pending.rng).toBe(8);
  });

  test('are those of the latest snapshot if nothing moves', () => {
    expect(paceAfter(snapshot(8), { ...snapshot(3), speed: 0 })?.pending.rng).toBe(3);
  });

  test('are those of the latest snapshot if the number of jobs changes', () => {
    expect(paceAfter(testFrame({ miners: 1 }), snapshot(8))?.pending.rng).toBe(8);
  });

  test('are not more than the jobs, although reports are older than the count of jobs', () => {
    const queue = { ...frame.queue, active: 3 };
    expect(paceOf({ ...frame, queue }).pending).toEqual({ rng: 3, hasher: 0 });
  });
});

describe('slow motion', () => {
  test('starts where the true pace cannot be drawn', () => {
    expect(paceOf(busy(10, 40)).slowdown).toBe(1);
    expect(paceOf(busy(10, 60)).slowdown).toBe(5);
  });

  test('does not flicker', () => {
    expect(paceAfter(busy(10, 46), busy(10, 40))?.slowdown).toBeCloseTo(40 / 12);
    expect(paceAfter(busy(10, 46), busy(10, 35))?.slowdown).toBe(1);
  });
});

describe('bundles', () => {
  test('of jobs keep the number of dots small', () => {
    expect(paceOf(busy(60, 10))).toMatchObject({ jobsPerDot: 1, dots: 60 });
    expect(paceOf(busy(61, 10))).toMatchObject({ jobsPerDot: 2, dots: 31, speed: 5 });
    expect(paceOf(busy(512, 4000))).toMatchObject({ jobsPerDot: 10, dots: 51, speed: 400 });
  });
});

describe('failures', () => {
  const before = testFrame({ miners: 10 });
  const fleet = before.fleet.map((miner) => ({ ...miner, errors: 2 }));

  test('are what miners have reported since the previous frame', () => {
    expect(paceOf({ ...before, fleet }).failed).toBe(0);
    expect(paceAfter(before, { ...before, fleet })?.failed).toBe(20);
  });

  test('return to the queue unless they are delayed or for good', () => {
    const queue = { ...before.queue, delayed: 7, failed: 1 };
    expect(paceAfter(before, { ...before, fleet, queue })?.returned).toBe(12);
  });

  test('are at hasher if only hasher fails', () => {
    const failures = { miners: 1, errors: 1, reason: 'timeout' };
    const { rng, hasher } = before.upstreams;
    const upstreams = { rng, hasher: { ...hasher, failures } };
    expect(paceOf(before).failing).toBe('rng');
    expect(paceOf({ ...before, upstreams }).failing).toBe('hasher');
  });
});
