import { createHash, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  checksFor,
  contentChecks,
  failuresOf,
  namesOf,
  timedChecks,
} from '../../test/support/mistakes.ts';
import { takeRedis } from '../../test/support/shared-redis.ts';
import { replaceSleep } from '../../test/support/simulated-time.ts';
import { LIMIT_MS } from '../stack/until.ts';
import type { Check } from './check.ts';
import { redisChecks, redisTarget, type RedisTarget } from './redis.ts';
import { runChecks } from './run.ts';

/** The time that the checks see. While they sleep, it advances, and miners may count. */
const clock = { now: 0, count: (): Promise<unknown> => Promise.resolve() };
replaceSleep(async (ms) => {
  clock.now += ms;
  await clock.count();
});

const server = await takeRedis();
const redis = new Redis(server.url);
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

async function failures(checks: Check<RedisTarget>[]): Promise<string[]> {
  using target = redisTarget(server.url);
  return await failuresOf(checks, target);
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Hashes 3200 random values and keeps those whose hash begins with `prefix`. */
async function mine(prefix = '0'): Promise<void> {
  const found = Array.from({ length: 3200 }, () => randomBytes(32)).filter((bytes) =>
    hash(bytes).startsWith(prefix),
  );
  await redis.hset('wallet', new Map(found.map((bytes) => [hash(bytes), bytes])));
  await redis.set('hashes', 3200);
}

test('no check of what is stored fails after a miner has run', async () => {
  await mine();
  expect(await failures(contentChecks(redisChecks))).toEqual([]);
});

test('on an empty Redis, all checks but that of the connection are skipped', async () => {
  letTimePass();
  using target = redisTarget(server.url);
  const results: string[] = [];
  for await (const { result } of runChecks(redisChecks, target, LIMIT_MS)) results.push(result);
  expect(results).toEqual(['ok', ...Array<string>(redisChecks.length - 1).fill('skip')]);
});

const FIELDS = 'each field of wallet is 64 lowercase hex digits that begin with 0';
const VALUES = 'each value of wallet is 32 bytes';
const HASHES = 'each field of wallet is the SHA-256 of its value';
const SHARE = 'about one hash in 16 is a coin';

type Mistake = [mistake: string, doWrong: () => Promise<unknown>, checks: string[]];

/** What miners do wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  [
    'count in another database',
    async () => {
      await redis.select(1);
      await mine();
      await redis.select(0);
    },
    ['hashes and wallet are in database 0'],
  ],
  ['count fractions', () => redis.incrbyfloat('hashes', 0.5), ['hashes is a decimal integer']],
  [
    'write hashes in capital letters',
    async () => {
      await mine();
      const [field = '', value = Buffer.alloc(0)] =
        Object.entries(await redis.hgetallBuffer('wallet'))[0] ?? [];
      await redis.hdel('wallet', field);
      await redis.hset('wallet', field.toUpperCase(), value);
    },
    [FIELDS],
  ],
  ['keep every hash', () => mine(''), [FIELDS, SHARE]],
  [
    'store the bytes as hex digits',
    async () => {
      const bytes = randomCoin();
      await redis.hset('wallet', hash(bytes), bytes.toString('hex'));
    },
    [VALUES, HASHES],
  ],
  ['store other bytes', () => redis.hset('wallet', hash(randomCoin()), randomBytes(32)), [HASHES]],
  ['want two zeros', () => mine('00'), [SHARE]],
];

function randomCoin(): Buffer {
  for (;;) {
    const bytes = randomBytes(32);
    if (hash(bytes).startsWith('0')) return bytes;
  }
}

describe('only the named checks fail if miners', () => {
  test.each(MISTAKES)('%s', async (_, doWrong, expected) => {
    await doWrong();
    expect(await failures(contentChecks(redisChecks))).toEqual(expected.toSorted());
  });
});

const GROWTH = 'hashes only grows, at least every two seconds while miners run';

/** Until the test ends, miners add `by` to `hashes` every `everyMs`, by the clock that the checks see. */
function letTimePass(everyMs = Infinity, by = 3): void {
  let counts = 0;
  clock.now = 0;
  clock.count = async () => {
    for (; (counts + 1) * everyMs <= clock.now; counts++) await redis.incrby('hashes', by);
  };
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
  onTestFinished(() => spy.mockRestore());
}

describe('the check of growth', () => {
  test('passes while miners count once a second', async () => {
    letTimePass(1000);
    expect(await failures(timedChecks(redisChecks))).toEqual([]);
  });

  test('fails if they count too rarely', async () => {
    letTimePass(3000);
    expect(await failures(timedChecks(redisChecks))).toEqual([GROWTH]);
  });

  test('fails if they count backwards', async () => {
    await redis.set('hashes', 100);
    letTimePass(1000, -1);
    expect(await failures(timedChecks(redisChecks))).toEqual([GROWTH]);
  });
});

const CONNECTION = 'replies to PING without a password';

test('only the connection fails on a Redis with a password', async () => {
  await redis.config('SET', 'requirepass', 'secret');
  onTestFinished(() => void redis.config('SET', 'requirepass', ''));
  expect(await failures(redisChecks)).toEqual([CONNECTION]);
});

test('every check exists because of a mistake', () => {
  const all = [CONNECTION, GROWTH, ...checksFor(MISTAKES)];
  expect(all.sort()).toEqual(namesOf(redisChecks));
});
