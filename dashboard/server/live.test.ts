import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue';
import { failFastRedis } from '@dockercoins/common/redis';
import { freePort } from '../../local/free-port.ts';
import { silentLog as log } from '../../testing/log.ts';
import { takeRedis } from '../../testing/shared-redis.ts';
import { redisOn } from '../../testing/redis-server.ts';
import { until } from '../../testing/until.ts';
import { pointOf, type Frame, type Outage } from '../frame.ts';
import { Broadcast } from './broadcast.ts';
import { readPoints } from './history.ts';
import { runLive } from './live.ts';

const server = await takeRedis();
const redis = new Redis(server.url);
let running: AsyncDisposableStack;
beforeEach(async () => {
  await redis.flushall();
  running = new AsyncDisposableStack();
});
afterEach(() => running.disposeAsync());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** Runs the live loop on a Redis until the test ends. */
function startLive(url = server.url) {
  const connection = running.adopt(failFastRedis({ REDIS_URL: url }, log), (it) => it.disconnect());
  const queue = running.adopt(openQueue(connection, log), (it) => it.close());
  const broadcast = new Broadcast();
  const stop = new AbortController();
  const options = { redis: connection, queues: [queue], broadcast, writable: false, log };
  const done = runLive(options, stop.signal);
  running.defer(() => {
    stop.abort();
    return done;
  });
  const latest = () => JSON.parse(broadcast.latest ?? '{}') as Frame | Outage | Partial<Frame>;
  const frameWith = (matches: (frame: Frame) => boolean) =>
    until('a matching frame', () => {
      const frame = latest();
      return 'speed' in frame && matches(frame as Frame) && (frame as Frame);
    });
  const nextFrame = () => frameWith(() => true);
  const outage = () => until('an outage', () => 'unreachable' in latest() && latest());
  return { frameWith, nextFrame, outage, queue, stop: () => stop.abort(), done };
}

describe('the live loop', () => {
  test('sends a frame each second and adds its point to the history', async () => {
    const { nextFrame, frameWith } = startLive();
    const first = await nextFrame();
    const second = await frameWith(({ at }) => at > first.at);
    const points = await readPoints(redis, 60, second.at);
    expect(points).toContainEqual(pointOf(first));
    expect(points).toContainEqual(pointOf(second));
  });

  test('sends what is in Redis', async () => {
    const { frameWith, queue } = startLive();
    await queue.add('loop', {});
    await queue.add('loop', {}, { delay: 60_000 });
    await redis.set(keys.hashes, '7');
    await redis.hset(keys.wallet, { coin: 'bytes' });
    const frame = await frameWith(({ hashes }) => hashes === 7);
    expect(frame).toMatchObject({ coins: 1, queue: { waiting: 1, delayed: 1 } });
  });

  test('keeps sending frames, without history, while Redis is full', async () => {
    const { nextFrame, frameWith } = startLive();
    const first = await nextFrame();
    await redis.config('SET', 'maxmemory', '1mb');
    const later = await frameWith(({ at }) => at > first.at + 1);
    expect(await readPoints(redis, 60, later.at)).not.toContainEqual(pointOf(later));
    await redis.config('SET', 'maxmemory', '0');
  });

  test(
    'sends an outage while Redis is unreachable, and frames again afterward',
    { timeout: 15_000 },
    async () => {
      const port = await freePort();
      const first = redisOn(port);
      await first.ready;
      const { nextFrame, outage } = startLive(first.url);

      await nextFrame();
      await first[Symbol.asyncDispose]();
      expect(await outage()).toEqual({
        at: expect.closeTo(Date.now() / 1000, -1) as number,
        unreachable: true,
        reason: expect.stringMatching(/./) as string,
      });
      const second = running.use(redisOn(port));
      await second.ready;
      expect(await nextFrame()).toMatchObject({ loops: 0 });
    },
  );

  test('ends when the signal is aborted', async () => {
    const { stop, done } = startLive();
    stop();
    await expect(done).resolves.toBeUndefined();
  });
});
