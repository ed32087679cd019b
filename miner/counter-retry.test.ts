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
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
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

/** Lets the next update reach Redis, and loses its answer. */
function loseAnswer() {
  const run = redis.eval.bind(redis);
  return vi.spyOn(redis, 'eval').mockImplementationOnce(async (script, numkeys, ...args) => {
    await run(script, numkeys, ...args);
    throw new Error('the connection broke');
  });
}

describe('an update whose answer was lost', () => {
  test('counts once when it is sent again', async () => {
    const { counter, add } = createCounter();
    add(5);
    loseAnswer();
    await expect(counter.flush()).rejects.toThrow('the connection broke');
    await counter.flush();
    expect(await hashes()).toBe('5');
  });

  test('does not keep later loops from being counted', async () => {
    const { counter, add } = createCounter();
    add(5);
    loseAnswer();
    await counter.flush().catch(() => undefined);
    add(2);
    await counter.flush();
    expect(await hashes()).toBe('7');
  });

  test('is told, and tried again after the time has passed', async () => {
    const { add, lines } = createCounter();
    const sent = loseAnswer();
    pass(1000);
    add(1);
    await until('a warning', () => lines.length === 2);
    expect(lines[1]).toBe(
      'warning: could not update hash counter, will try again: the connection broke\n',
    );
    add(1);
    expect(sent).toHaveBeenCalledOnce();
    pass(1000);
    add(1);
    await until('hashes has moved', async () => (await hashes()) === '3');
  });
});
