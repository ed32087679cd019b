import { afterEach, expect, test, vi } from 'vitest';
import { RedisClock } from './redis-clock.ts';

afterEach(() => void vi.useRealTimers());

test("the clock advances from Redis' time, unaffected by changes to this machine's clock", () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const clock = new RedisClock();
  clock.set(5_000_000);
  vi.advanceTimersByTime(250);
  expect(clock.now()).toBe(5_000_250);
  vi.setSystemTime(0);
  expect(clock.now()).toBe(5_000_250);
});

test("the clock shows this machine's time before Redis has reported its own", () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 5_000_000 });
  const clock = new RedisClock();
  vi.advanceTimersByTime(250);
  expect(clock.now()).toBe(5_000_250);
  expect(Date.now()).toBe(5_000_250);
});
