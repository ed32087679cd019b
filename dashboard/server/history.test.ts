import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { startTestRedis, type TestRedis } from '../../testing/redis-server.ts';
import { HISTORY_SECONDS, type Point } from '../frame.ts';
import { recall, remember } from './history.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const NOW = 1_800_000_000;
const pointAt = (at: number, loops = at): Point => ({
  at,
  speed: 3.3,
  loops,
  hashes: null,
  miners: 1,
  rng: 1,
  hasher: 1,
});
const recalled = async (seconds: number) =>
  (await recall(redis, seconds, NOW + 0.5)).map(({ at }) => at - NOW);

describe('the history', () => {
  test('is empty at first', async () => {
    expect(await recall(redis, 300, NOW)).toEqual([]);
  });

  test('gives a point back as it was', async () => {
    await remember(redis, pointAt(NOW));
    expect(await recall(redis, 300, NOW)).toEqual([pointAt(NOW)]);
  });

  test('has one point a second where two dashboards write it: the first', async () => {
    await remember(redis, pointAt(NOW, 10));
    await remember(redis, pointAt(NOW, 11));
    await remember(redis, pointAt(NOW + 1, 12));
    await remember(redis, pointAt(NOW + 1, 13));
    expect((await recall(redis, 300, NOW)).map(({ loops }) => loops)).toEqual([10, 12]);
  });

  test('is in order also where one dashboard is late', async () => {
    await remember(redis, pointAt(NOW - 1));
    await remember(redis, pointAt(NOW));
    await remember(redis, pointAt(NOW - 1));
    expect(await recalled(300)).toEqual([-1, 0]);
  });

  test('gives the last so many seconds, oldest first', async () => {
    for (const ago of [50, 40, 30, 20, 10, 0]) await remember(redis, pointAt(NOW - ago));
    expect(await recalled(25)).toEqual([-20, -10, 0]);
    expect(await recalled(10)).toEqual([0]);
  });

  test('keeps an hour, and little more', async () => {
    const seconds = Array.from({ length: HISTORY_SECONDS + 400 }, (_, n) => NOW + n);
    await Promise.all(seconds.map((at) => remember(redis, pointAt(at))));
    const kept = await redis.xlen(keys.history);
    expect(kept).toBeGreaterThanOrEqual(HISTORY_SECONDS);
    expect(kept).toBeLessThan(HISTORY_SECONDS + 200);
  });

  test('goes on at once after the clock of Redis was set back by an hour', async () => {
    for (const later of [3600, 3601]) await remember(redis, pointAt(NOW + later));
    await remember(redis, pointAt(NOW - 1));
    await remember(redis, pointAt(NOW));
    expect(await recalled(300)).toEqual([-1, 0]);
  });

  test('does not hide that Redis would not take a point', async () => {
    await redis.set(keys.history, 'not a stream');
    await expect(remember(redis, pointAt(NOW))).rejects.toThrow('WRONGTYPE');
  });
});
