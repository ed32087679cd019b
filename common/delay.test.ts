import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { replaceSleep } from '../test/support/simulated-time.ts';
import { Delay } from './delay.ts';
import { mean } from './statistics.ts';

/** A fake clock whose timers fire late by the result of `lateness`. */
const clock = {
  now: 0,
  /** What each timer was set to (ms). */
  timers: [] as number[],
  /** Those that have not fired yet. */
  pending: [] as { at: number; fire: () => void }[],
  lateness: (): number => 0,
};

/** Each timer that is set lets the earliest one fire. */
function fireEarliest(): void {
  const earliest = Math.min(...clock.pending.map(({ at }) => at));
  const index = clock.pending.findIndex(({ at }) => at === earliest);
  const [timer] = clock.pending.splice(index, 1);
  clock.now = earliest;
  timer?.fire();
}

replaceSleep((ms, signal) => {
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  clock.timers.push(ms);
  setImmediate(fireEarliest);
  return new Promise<void>((fire) =>
    clock.pending.push({ at: clock.now + ms + clock.lateness(), fire }),
  );
});

beforeEach(() => {
  Object.assign(clock, { now: 0, timers: [], pending: [], lateness: () => 0 });
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

  test('is prolonged after a timer that fired early', async () => {
    clock.lateness = () => -3;
    await meanDuration(5, new Delay(100));
    expect(clock.timers).toEqual([100, 103, 103, 103, 103]);
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

describe.each([1, 4, 16])('%i waits at a time', (concurrency) => {
  test.each([
    ['exact', () => 0],
    ['0.4 ms late', () => 0.4],
    ['1 ms late', () => 1],
    ['1.9 ms late', () => 1.9],
    ['0.7 ms early', () => -0.7],
    ['early and late', () => [-1.5, 1.2, 0, 1.9, -0.4][clock.timers.length % 5] ?? 0],
  ])('take 100 ms on average if timers are %s', async (_, lateness) => {
    clock.lateness = lateness;
    const delay = new Delay(100);
    const means = await Promise.all(
      Array.from({ length: concurrency }, () => meanDuration(500, delay)),
    );
    expect(mean(means)).toBeCloseTo(100, 1);
  });
});

test('waits that follow others in turn do not take off the lateness of the same one', async () => {
  const delay = new Delay(100);
  clock.lateness = () => 2;
  await delay.wait();
  clock.lateness = () => 0;
  await Promise.all(Array.from({ length: 4 }, () => delay.wait()));
  expect(clock.timers).toEqual([100, 98, 100, 100, 100]);
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
