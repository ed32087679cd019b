import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { afterAll, expect } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { FrameBuilder } from '../frame/frame-builder.ts';
import { readPoints } from './history.ts';
import { takeSample } from './take-sample.ts';

const dashboard = await startTestDashboard();
const { redis, queue } = dashboard;
afterAll(() => dashboard[Symbol.asyncDispose]());

const field = fc.constantFrom(
  'id',
  'name',
  'loops',
  'errors',
  'stages',
  'upstreams',
  'concurrency',
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.dictionary(field, fc.jsonValue()).map((report) => JSON.stringify(report)),
);
const score = fc.double({ noNaN: true }).map(String);

const frames = new FrameBuilder(false);
const redisState = { used: 0, max: null, refusal: null, cli: 'redis-cli' };
const makeFrame = async () => frames.build(await takeSample(redis, [queue]), redisState, 0);

test.prop([text, text, text, score])(
  'a frame is built whatever the values in Redis',
  async (hashes, coin, report, reportedAt) => {
    await redis.flushall();
    await redis.set(keys.hashes, hashes);
    await redis.lpush(keys.coins, coin);
    await redis.zadd(keys.miners, reportedAt, 'a');
    await redis.set(keys.miner('a'), report);
    await redis.set(keys.producer, report);
    await redis.set(keys.lease, report);
    await redis.lpush(keys.notes, report);
    await redis.xadd(keys.history, '*', 'point', report);
    expect(await makeFrame()).toHaveProperty('loops', 0);
    expect(await readPoints(redis, 60, Date.now() / 1000)).toBeInstanceOf(Array);
  },
);
