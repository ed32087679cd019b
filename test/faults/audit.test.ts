import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { queueKey } from '@dockercoins/common/queue-keys';
import { startTestRedis, type TestRedis } from '../../testing/redis-server.ts';
import { audit, type Books } from './audit.ts';

let server: TestRedis;
let redis: Redis;
let books: Books;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** A coin and the bytes that it is made of. */
function mint(): { coin: string; bytes: Buffer } {
  for (let n = 0; ; n++) {
    const bytes = Buffer.alloc(32, `${n} `);
    const coin = createHash('sha256').update(bytes).digest('hex');
    if (coin.startsWith('0')) return { coin, bytes };
  }
}

const { coin, bytes } = mint();

/** Three jobs were added: one is completed and found a coin, one failed, one waits. */
beforeEach(async () => {
  await redis.flushall();
  await redis.set(queueKey('id'), 3);
  await redis.hset(queueKey('metrics:completed'), 'count', 1);
  await redis.zadd(queueKey('completed'), 1, '1');
  await redis.zadd(queueKey('failed'), 1, '2');
  await redis.lpush(queueKey('wait'), '3');
  for (const id of [1, 2, 3]) await redis.hset(queueKey(`${id}`), 'name', 'loop');
  await redis.set('hashes', 1);
  await redis.hset('wallet', coin, bytes);
  books = {
    added: new Set(['1', '2', '3']),
    completed: new Set(['1']),
    failed: new Map([['2', 'rng is away']]),
    finishedTwice: [],
    coins: new Set([coin]),
  };
});

const findings = async (mayMiss = 0) => (await audit(redis, books, mayMiss)).findings;

test('balances where every job is accounted for', async () => {
  expect(await audit(redis, books, 0)).toEqual({
    added: 3,
    completed: 1,
    failed: 1,
    left: 1,
    lost: 0,
    exactLoops: 1,
    hashes: 1,
    coinsInWallet: 1,
    coinsOfLoops: 1,
    findings: [],
  });
});

test('finds a job that is gone', async () => {
  await redis.del(queueKey('wait'), queueKey('3'));
  expect(await findings()).toEqual(['1 jobs are neither completed nor failed nor left']);
});

test('finds a job that was finished twice, and one that failed without a reason', async () => {
  books.finishedTwice.push('1');
  books.failed.set('2', '');
  expect(await findings()).toEqual(['finished twice: 1', 'failed without a reason: 2']);
});

test('finds loops that were counted wrongly', async () => {
  await redis.hset(queueKey('metrics:completed'), 'count', 2);
  expect(await findings()).toEqual([
    '1 jobs are completed, but 2 are counted',
    'hashes lacks 1 loops; it may lack 0 to 0',
  ]);
  expect(await findings(1)).toEqual(['1 jobs are completed, but 2 are counted']);
});

test('finds a counter that is ahead', async () => {
  await redis.set('hashes', 2);
  expect(await findings(5)).toEqual(['hashes lacks -1 loops; it may lack 0 to 5']);
});

test('finds a coin that is gone, and one that is none', async () => {
  await redis.del('wallet');
  expect(await findings()).toEqual([`the coin ${coin} was found and is not in the wallet`]);
  await redis.hset('wallet', coin, 'other bytes');
  expect(await findings()).toEqual([`the coin ${coin} is not the SHA-256 of its bytes or no coin`]);
});

test('finds a coin of no loop, unless an unfinished loop recorded it', async () => {
  books.coins.clear();
  expect(await findings()).toEqual([`the coin ${coin} is in the wallet, but no loop found it`]);
  await redis.hset(queueKey('2'), 'data', JSON.stringify({ coin }));
  expect(await findings()).toEqual([]);
});

test('finds a key without a bound, one beyond it, and a job that no list knows', async () => {
  await redis.set('leak', 1);
  await redis.rpush('dockercoins:coins', ...Array.from({ length: 21 }, String));
  await redis.hset(queueKey('99'), 'name', 'loop');
  expect((await findings()).sort()).toEqual([
    'dockercoins:coins has 21 entries, more than 20',
    'jobs in no list: 99',
    'leak has no time to live and no known bound',
  ]);
});
