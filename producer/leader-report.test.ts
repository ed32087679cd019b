import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import type { ProducerReport } from '@dockercoins/common/reports';
import { silentLog as log } from '../tools/stack/log.ts';
import { patientRedis } from '../test/support/patient-redis.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { LeaderReport } from './leader-report.ts';

const server = await takeRedis();
const redis = await patientRedis(server.url);
beforeEach(async () => {
  await redis.flushall();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const report: ProducerReport = { name: 'producer-1', target: 100, cpu: 0.1 };

test('the leader reports once a second, and its report expires within three seconds', async () => {
  using reporting = new LeaderReport({ redis, report: () => report, log });
  vi.advanceTimersByTime(999);
  expect(await redis.exists(keys.producer)).toBe(0);
  vi.advanceTimersByTime(1);
  const [text, life] = await Promise.all([redis.get(keys.producer), redis.pttl(keys.producer)]);
  expect(JSON.parse(text ?? '')).toEqual(report);
  expect(life).toBeLessThanOrEqual(3000);
  expect(life).toBeGreaterThan(0);
  expect(reporting).toBeInstanceOf(LeaderReport);
});

test('a standby reports nothing', async () => {
  let asked = 0;
  const notLeading = () => {
    asked++;
    return undefined;
  };
  using reporting = new LeaderReport({ redis, report: notLeading, log });
  vi.advanceTimersByTime(2000);
  expect(asked).toBe(2);
  expect(await redis.exists(keys.producer)).toBe(0);
  expect(reporting).toBeInstanceOf(LeaderReport);
});
