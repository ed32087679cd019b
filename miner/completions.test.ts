import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestRedis, type TestRedis } from '../test/support/redis.ts';
import { Completions } from './completions.ts';

let server: TestRedis;
let redis: Redis;
let loops = 0;
let completions: Completions;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
  loops = 0;
  completions = new Completions({
    redis,
    name: 'miner-1',
    keyOf: (id) => id,
    onLoop: () => loops++,
  });
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

test('a job that was told counts once, however often it is told and looked up', async () => {
  await redis.hset('1', { finishedOn: '1', pb: 'miner-1' });
  completions.worked('1');
  completions.completed('1');
  completions.completed('1');
  await completions.lookUp();
  expect(loops).toBe(1);
});

test('a job of which nothing was told counts where Redis has it as completed here', async () => {
  await redis.hset('1', { finishedOn: '1', pb: 'miner-1' });
  completions.worked('1');
  await completions.lookUp();
  await completions.lookUp();
  expect(loops).toBe(1);
});

test('a job that is still on its way is told later', async () => {
  await redis.hset('1', { pb: 'miner-1' });
  completions.worked('1');
  await completions.lookUp();
  expect(loops).toBe(0);
  completions.completed('1');
  expect(loops).toBe(1);
});

test.each([
  ['that went to another miner', { finishedOn: '1', pb: 'miner-2' }],
  ['that is gone', undefined],
])('a job %s does not count here', async (_what, job) => {
  if (job) await redis.hset('1', job);
  completions.worked('1');
  await completions.lookUp();
  completions.completed('1');
  expect(loops).toBe(0);
});
