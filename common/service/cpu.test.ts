import { afterEach, expect, test, vi } from 'vitest';
import { CpuMeter } from './cpu.ts';

afterEach(() => vi.restoreAllMocks());

test('the share is CPU time by elapsed time, measured once a second', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(5000);
  const cpuUsage = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 7_000_000, system: 0 });
  const meter = new CpuMeter();
  /** Lets the process use this much CPU time until a time (all in ms). Returns the share. */
  const shareAt = (at: number, user: number, system: number) => {
    now.mockReturnValue(at);
    cpuUsage.mockReturnValue({ user: 7_000_000 + user * 1000, system: system * 1000 });
    return meter.share();
  };
  expect(shareAt(5999, 900, 0)).toBe(0);
  expect(shareAt(6000, 400, 100)).toBe(0.5);
  expect(shareAt(6999, 1400, 100)).toBe(0.5);
  expect(shareAt(8000, 500, 200)).toBe(0.1);
  expect(shareAt(9000, 2000, 700)).toBe(2);
});

test('the CPU time is that of this process', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const before = process.cpuUsage();
  const meter = new CpuMeter();
  const used = ({ user, system } = process.cpuUsage(before)) => (user + system) / 1000;
  while (used() < 20);
  now.mockReturnValue(1000);
  const share = meter.share();
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(used() / 1000);
});
