import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestQueue } from '../support/queue.ts';
import { audit, type JobOutcomes } from './audit.ts';

const { redis } = await startTestQueue();
let jobs: JobOutcomes;

/** Returns a coin and the bytes that it is the hash of. */
function mint(): { coin: string; bytes: Buffer } {
  for (let n = 0; ; n++) {
    const bytes = Buffer.alloc(32, `${n} `);
    const coin = createHash('sha256').update(bytes).digest('hex');
    if (coin.startsWith('0')) return { coin, bytes };
  }
}

const { coin, bytes } = mint();

/** Three jobs were added: one completed and found a coin, one failed, one is waiting. */
beforeEach(async () => {
  await redis.set(queueKey('id'), 3);
  await redis.hset(queueKeys().completedCount, 'count', 1);
  await redis.zadd(queueKey('completed'), 1, '1');
  await redis.zadd(queueKey('failed'), 1, '2');
  await redis.lpush(queueKey('wait'), '3');
  for (const id of [1, 2, 3]) await redis.hset(queueKey(`${id}`), 'name', 'loop');
  await redis.set('hashes', 1);
  await redis.hset('wallet', coin, bytes);
  jobs = {
    added: new Set(['1', '2', '3']),
    completed: new Set(['1']),
    failed: new Map([['2', 'rng is unavailable']]),
    finishedTwice: [],
    coins: new Set([coin]),
    doubtfulCoins: new Set(),
    uncounted: 0,
  };
});

const findings = async (mayMiss = 0) => (await audit(redis, jobs, mayMiss)).findings;

test('the audit finds nothing if every job is accounted for', async () => {
  expect(await audit(redis, jobs, 0)).toEqual({
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

test('the audit finds a lost job', async () => {
  await redis.del(queueKey('wait'), queueKey('3'));
  expect(await findings()).toEqual(['jobs neither completed, failed, nor in the queue: 1']);
});

test('the audit finds a job that finished twice, and one that failed without a reason', async () => {
  jobs.finishedTwice.push('1');
  jobs.failed.set('2', '');
  expect(await findings()).toEqual(['jobs finished twice: 1', 'jobs failed without a reason: 2']);
});

test('the audit finds a wrong count of completed jobs', async () => {
  await redis.hset(queueKeys().completedCount, 'count', 2);
  expect(await findings()).toEqual([
    'jobs completed: 1, but BullMQ counted 2',
    'loops missing from hashes: 1, but 0 to 0 are allowed',
  ]);
  expect(await findings(1)).toEqual(['jobs completed: 1, but BullMQ counted 2']);
});

test('the audit finds that hashes runs ahead', async () => {
  await redis.set('hashes', 2);
  expect(await findings(5)).toEqual(['loops missing from hashes: -1, but 0 to 5 are allowed']);
});

test('the audit finds a missing coin, and one that does not match its bytes', async () => {
  await redis.del('wallet');
  expect(await findings()).toEqual([`coin ${coin} was found but is not in the wallet`]);
  await redis.hset('wallet', coin, 'other bytes');
  expect(await findings()).toEqual([
    `coin ${coin} does not begin with 0 or is not the SHA-256 of its bytes`,
  ]);
});

test('the audit finds a coin that no job found, unless an unfinished job recorded it', async () => {
  jobs.coins.clear();
  expect(await findings()).toEqual([`coin ${coin} is in the wallet, but no job found it`]);
  await redis.hset(queueKey('2'), 'data', JSON.stringify({ coin }));
  expect(await findings()).toEqual([]);
});

test('the audit finds a key without a limit, one above its limit, and a job in no list', async () => {
  await redis.set('leak', 1);
  await redis.rpush('{dockercoins}:coins', ...Array.from({ length: 21 }, String));
  await redis.hset(queueKey('99'), 'name', 'loop');
  await redis.rpush(queueKey('98:logs'), ...Array.from({ length: 11 }, String));
  expect((await findings()).sort()).toEqual([
    'bull:loops:98:logs has 11 entries; the limit is 10',
    'jobs in no list: 98, 99',
    'leak has neither a TTL nor a known limit',
    '{dockercoins}:coins has 21 entries; the limit is 20',
  ]);
});

test('after a reset, the audit does not expect what was counted and stored before it', async () => {
  await redis.hset(queueKeys().completedCount, 'count', 0);
  await redis.del('hashes', 'wallet');
  jobs = { ...jobs, coins: new Set(), doubtfulCoins: new Set([coin]), uncounted: 1 };
  expect(await findings()).toEqual([]);
  await redis.hset('wallet', coin, bytes); // its miner stored it right after the reset
  expect(await findings()).toEqual([]);
  jobs = { ...jobs, uncounted: 0 };
  expect(await findings()).toEqual(['jobs completed: 1, but BullMQ counted 0']);
});
