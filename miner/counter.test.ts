import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { recordingLog } from '../test/support/log.ts';
import { startTestRedis, type TestRedis } from '../test/support/redis.ts';
import { until } from '../test/support/until.ts';
import { LoopCounter } from './counter.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const hashes = () => redis.get(keys.hashes);

function createCounter(minerId = 'miner-1') {
  const { log, lines } = recordingLog('miner');
  const counter = new LoopCounter({ redis, minerId, flushMs: 1000, log });
  const add = (loops: number) => {
    for (let i = 0; i < loops; i++) counter.add();
  };
  return { counter, add, lines };
}

describe('the counter of a miner', () => {
  test('leaves Redis alone until the time has passed', async () => {
    const { add, lines } = createCounter();
    pass(999);
    add(3);
    expect(lines).toEqual([]);
    expect(await hashes()).toBeNull();
  });

  test('adds all loops so far with the first one after the time has passed', async () => {
    const { add, lines } = createCounter();
    add(3);
    pass(1000);
    add(1);
    await until('hashes has moved', async () => (await hashes()) === '4');
    expect(lines).toEqual(['4 units of work done, updating hash counter\n']);
  });

  test('adds only what is new the next time', async () => {
    const { counter, add, lines } = createCounter();
    add(4);
    await counter.flush();
    add(3);
    await counter.flush();
    expect(await hashes()).toBe('7');
    expect(lines.at(-1)).toBe('3 units of work done, updating hash counter\n');
  });

  test('adds the rest when it is flushed', async () => {
    const { counter, add } = createCounter();
    add(5);
    await counter.flush();
    expect(await hashes()).toBe('5');
  });

  test('adds nothing where there is no rest', async () => {
    const { counter, add, lines } = createCounter();
    add(1);
    await counter.flush();
    await counter.flush();
    expect(await hashes()).toBe('1');
    expect(lines).toHaveLength(1);
  });

  test('adds to what other miners did', async () => {
    const [first, second] = [createCounter('miner-1'), createCounter('miner-2')];
    first.add(3);
    second.add(4);
    await Promise.all([first.counter.flush(), second.counter.flush()]);
    expect(await hashes()).toBe('7');
  });
});

test('a counter that somebody deleted starts again with what is new', async () => {
  const { counter, add } = createCounter();
  add(5);
  await counter.flush();
  await redis.flushall();
  add(2);
  await counter.flush();
  expect(await hashes()).toBe('2');
});
