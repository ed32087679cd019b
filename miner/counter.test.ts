import { once } from 'node:events';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { recordingLog } from '../tools/stack/log.ts';
import { patientRedis } from '../test/support/patient-redis.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { LoopCounter } from './counter.ts';

const server = await takeRedis();
const redis = await patientRedis(server.url);
beforeEach(async () => {
  await redis.flushall();
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const pass = (ms: number) => vi.advanceTimersByTime(ms);
const hashes = () => redis.get(keys.hashes);

async function createCounter() {
  const { log, lines } = recordingLog('miner');
  const counter = new LoopCounter({ redis, flushMs: 1000, log });
  const add = (loops: number) => {
    for (let i = 0; i < loops; i++) counter.begin()();
  };
  await counter.readReset();
  return { counter, add, lines };
}

describe('the counter', () => {
  test('does not update Redis before the flush interval is over', async () => {
    const { add, lines } = await createCounter();
    pass(999);
    add(3);
    expect(lines).toEqual([]);
    expect(await hashes()).toBeNull();
  });

  test('adds all loops so far with the first loop after the interval', async () => {
    const { add, lines } = await createCounter();
    add(3);
    pass(1000);
    add(1);
    await until('hashes is updated', async () => (await hashes()) === '4');
    expect(lines).toEqual(['4 units of work done, updating hash counter\n']);
  });

  test('adds only new loops at the next flush', async () => {
    const { counter, add, lines } = await createCounter();
    add(4);
    await counter.flush();
    add(3);
    await counter.flush();
    expect(await hashes()).toBe('7');
    expect(lines.at(-1)).toBe('3 units of work done, updating hash counter\n');
  });

  test('adds the remaining loops when it is flushed', async () => {
    const { counter, add } = await createCounter();
    add(5);
    await counter.flush();
    expect(await hashes()).toBe('5');
  });

  test('does nothing if there are no new loops', async () => {
    const { counter, add, lines } = await createCounter();
    add(1);
    await counter.flush();
    await counter.flush();
    expect(await hashes()).toBe('1');
    expect(lines).toHaveLength(1);
  });

  test('adds to the loops of other miners', async () => {
    const [first, second] = [await createCounter(), await createCounter()];
    first.add(3);
    second.add(4);
    await Promise.all([first.counter.flush(), second.counter.flush()]);
    expect(await hashes()).toBe('7');
  });
});

test('the counter starts again from zero if hashes was deleted', async () => {
  const { counter, add } = await createCounter();
  add(5);
  await counter.flush();
  await redis.flushall();
  add(2);
  await counter.flush();
  expect(await hashes()).toBe('2');
});

test('the counter drops loops that began before a reset, whether they were completed before it or after it', async () => {
  const { counter, add } = await createCounter();
  add(5);
  const complete = counter.begin();
  await redis.set(keys.resetAt, 1);
  await counter.flush();
  complete();
  await counter.flush();
  expect(await hashes()).toBeNull();
  add(2);
  await counter.flush();
  expect(await hashes()).toBe('2');
});

describe('loops that are completed before the counter knows when the last reset was', () => {
  /** Counts a loop before Redis has replied. */
  async function countEarly() {
    const { log } = recordingLog('miner');
    const counter = new LoopCounter({ redis, flushMs: 1000, log });
    counter.begin()();
    await counter.readReset();
    await counter.flush();
  }

  test('count if it was before the counter existed, or there was none', async () => {
    await countEarly();
    expect(await hashes()).toBe('1');
    await redis.set(keys.resetAt, 1);
    await countEarly();
    expect(await hashes()).toBe('2');
  });

  test('do not count if it was later', async () => {
    const [seconds] = await redis.time();
    await redis.set(keys.resetAt, `${Number(seconds) + 60}000000`);
    await countEarly();
    expect(await hashes()).toBeNull();
  });
});

test('the counter keeps loops that Redis refuses, and adds them later', async () => {
  const { counter, add } = await createCounter();
  await redis.set(keys.hashes, 'not a number');
  add(5);
  await counter.flush();
  await redis.set(keys.hashes, 10);
  await counter.flush();
  expect(await hashes()).toBe('15');
});

test('the counter never counts a loop twice: it drops an update whose reply is lost', async () => {
  const { counter, add } = await createCounter();
  add(5);
  const flushed = counter.flush();
  const back = once(redis, 'ready');
  redis.disconnect(true); // the command has been sent
  await Promise.all([flushed, back]);
  add(2);
  await counter.flush();
  expect(['2', '7']).toContain(await hashes());
});
