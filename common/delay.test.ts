import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Delay } from './delay.ts';

/** A fake clock whose timers fire late by the result of `lateness`. */
const clock = vi.hoisted(() => ({
  now: 0,
  timers: [] as number[],
  lateness: (): number => 0,
}));

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _value: undefined, { signal }: { signal?: AbortSignal }) => {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    clock.timers.push(ms);
    clock.now += ms + clock.lateness();
    return Promise.resolve();
  },
}));

beforeEach(() => {
  Object.assign(clock, { now: 0, timers: [], lateness: () => 0 });
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
});
afterEach(() => vi.restoreAllMocks());

async function meanDuration(waits: number, delay: Delay): Promise<number> {
  const startedAt = clock.now;
  for (let i = 0; i < waits; i++) await delay.wait();
  return (clock.now - startedAt) / waits;
}

describe('a delay of 100 ms', () => {
  test('takes 100 ms if timers are exact', async () => {
    expect(await meanDuration(10, new Delay(100))).toBe(100);
  });

  test.each([0.3, 1, 1.2, 1.9])(
    'takes 100 ms on average if timers are %f ms late',
    async (lateness) => {
      clock.lateness = () => lateness;
      expect(await meanDuration(1000, new Delay(100))).toBeCloseTo(100, 1);
    },
  );

  test('takes 100 ms on average if the lateness of timers varies', async () => {
    let turn = 0;
    clock.lateness = () => [0.1, 1.4, 0.9, 0][turn++ % 4] ?? 0;
    expect(await meanDuration(1000, new Delay(100))).toBeCloseTo(100, 1);
  });

  test('is shortened by at most 2 ms, however late the previous timer was', async () => {
    clock.lateness = () => 500;
    await meanDuration(5, new Delay(100));
    expect(Math.min(...clock.timers)).toBe(98);
  });

  test('is not changed after a timer that fired early', async () => {
    clock.lateness = () => -1;
    await meanDuration(5, new Delay(100));
    expect(clock.timers).toEqual([100, 100, 100, 100, 100]);
  });

  test('makes up for time between the start of a wait and the call', async () => {
    const delay = new Delay(100);
    const since = clock.now;
    clock.now += 1;
    await delay.wait(since);
    await delay.wait();
    expect(clock.timers).toEqual([100, 99]);
  });

  test("rejects with its signal's reason", async () => {
    const signal = AbortSignal.abort(new Error('stopping'));
    await expect(new Delay(100).wait(undefined, signal)).rejects.toThrow('stopping');
  });
});

describe('a random delay', () => {
  test('takes as long as was drawn, on average, although timers are late', async () => {
    const drawn = [0, 300, 7, 93];
    let turn = 0;
    clock.lateness = () => 1.2;
    const delay = new Delay(() => drawn[turn++ % 4] ?? 0);
    expect(await meanDuration(1000, delay)).toBeCloseTo(100, 1);
    expect(turn).toBe(1000);
  });
});

test('a delay of 1 ms is never shortened to 0', async () => {
  clock.lateness = () => 2;
  await meanDuration(100, new Delay(1));
  expect(Math.min(...clock.timers)).toBe(1);
});

test('a delay of 0 ms sets no timer', async () => {
  await new Delay(0).wait();
  expect(clock.timers).toEqual([]);
});
