import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue';
import { failFastRedis } from '@dockercoins/common/redis';
import { silentLog as log } from '../../testing/log.ts';
import { startTestRedis, type TestRedis } from '../../testing/redis-server.ts';
import { until } from '../../testing/until.ts';
import { pointOf, type Frame } from '../frame.ts';
import { Broadcast } from './broadcast.ts';
import { recall } from './history.ts';
import { runLive } from './live.ts';

let server: TestRedis;
let redis: Redis;
let running: AsyncDisposableStack;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
  running = new AsyncDisposableStack();
});
afterEach(() => running.disposeAsync());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** Lets the dashboard look until the test ends. Returns what waits for a frame like that. */
function look(writable = false) {
  const connection = running.adopt(failFastRedis(server.url, log), (it) => it.disconnect());
  const queue = running.adopt(openQueue(connection, log), (it) => it.close());
  const broadcast = new Broadcast();
  const stop = new AbortController();
  const done = runLive({ redis: connection, queue, broadcast, writable, log }, stop.signal);
  running.defer(() => {
    stop.abort();
    return done;
  });
  const frameWhere = (fits: (frame: Frame) => boolean) =>
    until('a frame that fits', () => {
      const frame = JSON.parse(broadcast.latest ?? '{}') as Partial<Frame>;
      return frame.loops !== undefined && fits(frame as Frame) && (frame as Frame);
    });
  return { frameWhere, queue, stop: () => stop.abort(), done };
}

describe('a frame', () => {
  test('comes each second, and its point is remembered', async () => {
    const { frameWhere } = look();
    const first = await frameWhere(() => true);
    const second = await frameWhere(({ at }) => at > first.at);
    const points = await recall(redis, 60, second.at);
    expect(points).toContainEqual(pointOf(first));
    expect(points).toContainEqual(pointOf(second));
  });

  test('tells what is in Redis', async () => {
    const { frameWhere, queue } = look();
    await queue.add('loop', {});
    await queue.add('loop', {}, { delay: 60_000 });
    await redis.set(keys.hashes, '7');
    await redis.hset(keys.wallet, { coin: 'bytes' });
    const frame = await frameWhere(({ hashes }) => hashes === 7);
    expect(frame).toMatchObject({ coins: 1, queue: { waiting: 1, delayed: 1 } });
  });
});

test('a full Redis is not away: frames go on without history', async () => {
  const { frameWhere } = look();
  const first = await frameWhere(() => true);
  await redis.config('SET', 'maxmemory', '1mb');
  const later = await frameWhere(({ at }) => at > first.at + 1);
  expect(await recall(redis, 60, later.at)).not.toContainEqual(pointOf(later));
  await redis.config('SET', 'maxmemory', '0');
});

test('the looks end with the signal', async () => {
  const { stop, done } = look();
  stop();
  await expect(done).resolves.toBeUndefined();
});
