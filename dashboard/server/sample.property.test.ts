import '../../testing/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { silentLog as log } from '../../testing/log.ts';
import { startTestRedis, type TestRedis } from '../../testing/redis-server.ts';
import { FrameBuilder } from './frame-builder.ts';
import { recall } from './history.ts';
import { takeSample } from './sample.ts';

let server: TestRedis;
let redis: Redis;
let queue: LoopQueue;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  queue = openQueue(redis, log);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const field = fc.constantFrom('id', 'name', 'loops', 'errors', 'stages', 'replicas', 'concurrency');
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.dictionary(field, fc.jsonValue()).map((report) => JSON.stringify(report)),
);
const score = fc.double({ noNaN: true }).map(String);

const frames = new FrameBuilder(false);
const makeFrame = async () => frames.build(await takeSample(redis, queue), { used: 0, max: null });

test.prop([text, text, text, score])(
  'whatever Redis holds brings a frame',
  async (hashes, coin, report, reportedAt) => {
    await redis.flushall();
    await redis.set(keys.hashes, hashes);
    await redis.lpush(keys.coins, coin);
    await redis.zadd(keys.miners, reportedAt, 'a');
    await redis.set(keys.miner('a'), report);
    await redis.xadd(keys.history, '*', 'point', report);
    expect(await makeFrame()).toHaveProperty('loops', 0);
    expect(await recall(redis, 60, Date.now() / 1000)).toBeInstanceOf(Array);
  },
);
