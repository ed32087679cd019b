import { afterAll, beforeEach, expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { keys } from '@dockercoins/common/contract';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { testPoint } from '../../tools/stack/frame-data.ts';
import { HISTORY_SECONDS } from '../frame/frame.ts';
import { Broadcast } from './broadcast.ts';
import { HistoryCache } from './history-cache.ts';
import { addPoint } from './history.ts';

const dashboard = await startTestDashboard();
const { redis } = dashboard;
beforeEach(() => redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

const now = Math.floor(Date.now() / 1000);

function open() {
  const broadcast = new Broadcast();
  const cache = new HistoryCache(redis, broadcast);
  let frames = 0;
  /** Returns the seconds of the history at the next frame, relative to now. */
  const next = async () => {
    broadcast.send(String(frames++));
    return (await cache.get()).points.map(({ at }) => at - now);
  };
  return { cache, next };
}

test('each frame adds the points that are new', async () => {
  const { next } = open();
  await addPoint(redis, testPoint(now - 9));
  expect(await next()).toEqual([-9]);
  expect(await next()).toEqual([-9]);
  await addPoint(redis, testPoint(now - 8));
  await addPoint(redis, testPoint(now - 6));
  expect(await next()).toEqual([-9, -8, -6]);
});

test('only what is new is read', async () => {
  const { next } = open();
  for (let ago = 500; ago > 1; ago--) await addPoint(redis, testPoint(now - ago));
  await next();
  await redis.config('RESETSTAT');
  await addPoint(redis, testPoint(now - 1));
  expect(await next()).toHaveLength(500);
  const output = /total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1];
  expect(Number(output)).toBeLessThan(10_000); // all points have more than 100,000
});

test('a reset empties it, also if new points follow at once', async () => {
  const { next } = open();
  await addPoint(redis, testPoint(now - 9, { loops: 100 }));
  await next();
  await redis.del(keys.history);
  expect(await next()).toEqual([]);

  await addPoint(redis, testPoint(now - 8, { loops: 100 }));
  await next();
  await redis.del(keys.history);
  await addPoint(redis, testPoint(now - 8, { loops: 1 }));
  await addPoint(redis, testPoint(now - 7, { loops: 4 }));
  expect(await next()).toEqual([-8, -7]);
});

test("points in the future disappear with them, when Redis' clock is set back", async () => {
  const { next } = open();
  await addPoint(redis, testPoint(now + 1000));
  expect(await next()).toEqual([1000]);
  await addPoint(redis, testPoint(now - 1));
  expect(await next()).toEqual([-1]);
});

test('points older than an hour are left out', async () => {
  const { next } = open();
  await addPoint(redis, testPoint(now - HISTORY_SECONDS - 5));
  await addPoint(redis, testPoint(now - 5));
  expect(await next()).toEqual([-5]);
});

test('the points are compressed once per frame', async () => {
  const { cache, next } = open();
  await addPoint(redis, testPoint(now - 9));
  await next();
  const gzipped = await cache.gzipped();
  expect(JSON.parse(gunzipSync(gzipped).toString())).toEqual([testPoint(now - 9)]);
  expect(await cache.gzipped()).toBe(gzipped);
  await addPoint(redis, testPoint(now - 8));
  await next();
  expect(JSON.parse(gunzipSync(await cache.gzipped()).toString())).toHaveLength(2);
});
