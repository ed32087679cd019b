import { expect, test } from 'vitest';
import { until } from '../../testing/until.ts';
import { CpuMeter } from './cpu.ts';

test('the share is CPU time by elapsed time, measured once a second', async () => {
  const meter = new CpuMeter();
  const began = performance.now();
  const before = process.cpuUsage();
  expect(meter.share()).toBe(0);
  while (performance.now() - began < 1100);
  const busy = meter.share();
  const { user, system } = process.cpuUsage(before);
  const elapsed = performance.now() - began;
  expect(busy / ((user + system) / 1000 / elapsed)).toBeCloseTo(1, 1);
  expect(meter.share()).toBe(busy);
  await until('the next second is measured', () => meter.share() !== busy);
  expect(meter.share()).toBeLessThan(busy);
});
