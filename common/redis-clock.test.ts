import { afterEach, expect, test, vi } from 'vitest';
import { RedisClock } from './redis-clock.ts';

afterEach(() => void vi.useRealTimers());

test('goes on from the time of Redis, however the clock of this machine is set', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const clock = new RedisClock();
  clock.set(5_000_000);
  vi.advanceTimersByTime(250);
  expect(clock.now()).toBe(5_000_250);
  vi.setSystemTime(0);
  expect(clock.now()).toBe(5_000_250);
});

test('is close to this machine before Redis answered', () => {
  expect(Math.abs(new RedisClock().now() - Date.now())).toBeLessThan(1000);
});
