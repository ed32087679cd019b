import { describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { testPoint } from '../../tools/stack/frame-data.ts';
import { startTestRedis } from '../../test/support/shared-redis.ts';
import { HISTORY_SECONDS } from '../frame/frame.ts';
import { addPoint, readPoints } from './history.ts';

const { redis } = await startTestRedis();

const NOW = 1_800_000_000;
const pointAt = (at: number, loops = at) => testPoint(at, { loops });
/** Returns the seconds of the points, relative to `NOW`. */
const secondsOf = async (seconds: number) =>
  (await readPoints(redis, seconds, NOW + 0.5)).map(({ at }) => at - NOW);

describe('the history', () => {
  test('is empty at first', async () => {
    expect(await readPoints(redis, 300, NOW)).toEqual([]);
  });

  test('returns a point unchanged', async () => {
    await addPoint(redis, pointAt(NOW));
    expect(await readPoints(redis, 300, NOW)).toEqual([pointAt(NOW)]);
  });

  test.each(['work 100 ms, rng 100 ms × 1, hasher 100 ms', '', { rng: 1 }, undefined])(
    'returns a point of another version, with unknown settings: %j',
    async (settings) => {
      await addPoint(redis, { ...pointAt(NOW), settings: settings as never });
      expect(await readPoints(redis, 300, NOW)).toEqual([{ ...pointAt(NOW), settings: null }]);
    },
  );

  test('keeps the first point of a second if two dashboards write one', async () => {
    await addPoint(redis, pointAt(NOW, 10));
    await addPoint(redis, pointAt(NOW, 11));
    await addPoint(redis, pointAt(NOW + 1, 12));
    await addPoint(redis, pointAt(NOW + 1, 13));
    expect((await readPoints(redis, 300, NOW)).map(({ loops }) => loops)).toEqual([10, 12]);
  });

  test('stays in order if a dashboard is late', async () => {
    await addPoint(redis, pointAt(NOW - 1));
    await addPoint(redis, pointAt(NOW));
    await addPoint(redis, pointAt(NOW - 1));
    expect(await secondsOf(300)).toEqual([-1, 0]);
  });

  test('returns the points of the last n seconds, oldest first', async () => {
    for (const ago of [50, 40, 30, 20, 10, 0]) await addPoint(redis, pointAt(NOW - ago));
    expect(await secondsOf(25)).toEqual([-20, -10, 0]);
    expect(await secondsOf(10)).toEqual([0]);
  });

  test('keeps an hour and little more', async () => {
    const seconds = Array.from({ length: HISTORY_SECONDS + 400 }, (_, n) => NOW + n);
    await Promise.all(seconds.map((at) => addPoint(redis, pointAt(at))));
    const kept = await redis.xlen(keys.history);
    expect(kept).toBeGreaterThanOrEqual(HISTORY_SECONDS);
    expect(kept).toBeLessThan(HISTORY_SECONDS + 200);
  });

  test("accepts points as soon as Redis' clock has been set back by an hour", async () => {
    for (const later of [3600, 3601]) await addPoint(redis, pointAt(NOW + later));
    await addPoint(redis, pointAt(NOW - 1));
    await addPoint(redis, pointAt(NOW));
    expect(await secondsOf(300)).toEqual([-1, 0]);
  });

  test('reports that Redis rejected a point', async () => {
    await redis.set(keys.history, 'not a stream');
    await expect(addPoint(redis, pointAt(NOW))).rejects.toThrow('WRONGTYPE');
  });
});
