import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Delay } from './delay.ts';

/** A clock on which every timer is as late as `lateness` says. */
const clock = vi.hoisted(() => ({
  now: 0,
  asked: [] as number[],
  lateness: (): number => 0,
}));

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _value: undefined, { signal }: { signal?: AbortSignal }) => {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    clock.asked.push(ms);
    clock.now += ms + clock.lateness();
    return Promise.resolve();
  },
}));

beforeEach(() => {
  Object.assign(clock, { now: 0, asked: [], lateness: () => 0 });
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
});
afterEach(() => vi.restoreAllMocks());

async function meanOf(waits: number, pace: Delay): Promise<number> {
  const began = clock.now;
  for (let i = 0; i < waits; i++) await pace.wait();
  return (clock.now - began) / waits;
}

describe('a pace', () => {
  test('takes as long as it should where timers are exact', async () => {
    expect(await meanOf(10, new Delay(100))).toBe(100);
  });

  test.each([0.3, 1, 1.2, 1.9])(
    'takes as long as it should on average where timers are %f ms late',
    async (lateness) => {
      clock.lateness = () => lateness;
      expect(await meanOf(1000, new Delay(100))).toBeCloseTo(100, 1);
    },
  );

  test('never asks for less than a millisecond', async () => {
    clock.lateness = () => 2;
    await meanOf(100, new Delay(1));
    expect(Math.min(...clock.asked)).toBe(1);
  });

  test('takes as long as it should on average where timers are now more and now less late', async () => {
    let turn = 0;
    clock.lateness = () => [0.1, 1.4, 0.9, 0][turn++ % 4] ?? 0;
    expect(await meanOf(1000, new Delay(100))).toBeCloseTo(100, 1);
  });

  test('never cuts more than 2 ms off, however late the wait before was', async () => {
    clock.lateness = () => 500;
    await meanOf(5, new Delay(100));
    expect(Math.min(...clock.asked)).toBe(98);
  });

  test('does not cut anything off because a wait came early', async () => {
    clock.lateness = () => -1;
    await meanOf(5, new Delay(100));
    expect(clock.asked).toEqual([100, 100, 100, 100, 100]);
  });

  test('takes off what was spent since the wait began, up to 2 ms', async () => {
    const pace = new Delay(100);
    const began = clock.now;
    clock.now += 1;
    await pace.wait(began);
    await pace.wait();
    expect(clock.asked).toEqual([100, 99]);
  });

  test('of 0 ms sets no timer', async () => {
    await new Delay(0).wait();
    expect(clock.asked).toEqual([]);
  });

  test('ends with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('stopping'));
    await expect(new Delay(100).wait(undefined, signal)).rejects.toThrow('stopping');
  });
});
