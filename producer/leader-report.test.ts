import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keys, type ProducerReport } from '@dockercoins/common/contract';
import { failFastRedis } from '@dockercoins/common/redis';
import { silentLog as log } from '../testing/log.ts';
import { takeRedis, type SharedRedis } from '../testing/shared-redis.ts';
import { until } from '../testing/until.ts';
import { LeaderReport } from './leader-report.ts';

let server: SharedRedis;
let redis: ReturnType<typeof failFastRedis>;
beforeAll(async () => {
  server = await takeRedis();
  redis = failFastRedis({ REDIS_URL: server.url }, log);
  await once(redis, 'ready');
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const report: ProducerReport = { name: 'producer-1', target: 100, cpu: 0.1 };

test('the leader reports, and its report expires within three seconds', async () => {
  using reporting = new LeaderReport({ redis, report: () => report, log });
  const text = await until(
    'there is a report',
    async () => (await redis.get(keys.producer)) ?? undefined,
  );
  expect(JSON.parse(text)).toEqual(report);
  expect(await redis.pttl(keys.producer)).toBeLessThanOrEqual(3000);
  expect(await redis.pttl(keys.producer)).toBeGreaterThan(0);
  expect(reporting).toBeInstanceOf(LeaderReport);
});

test('a standby reports nothing', async () => {
  let asked = 0;
  const notLeading = () => {
    asked++;
    return undefined;
  };
  using reporting = new LeaderReport({ redis, report: notLeading, log });
  await until('it was asked twice', () => asked >= 2);
  expect(await redis.exists(keys.producer)).toBe(0);
  expect(reporting).toBeInstanceOf(LeaderReport);
});
