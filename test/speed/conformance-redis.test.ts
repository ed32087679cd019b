import { createHash, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { checksFor, failuresOf, namesOf } from '../../testing/mistakes.ts';
import { redisOn, startTestRedis } from '../../testing/redis-server.ts';
import { redisChecks, redisTarget } from '../../lab/conformance/redis.ts';
import { runChecks } from '../../lab/conformance/run.ts';

vi.setConfig({ testTimeout: 30_000, maxConcurrency: 10 }); // the tests mostly wait

/** Longer than `hashes` is watched. */
const TIMEOUT_MS = 10_000;

/** Runs all checks while `mine` does its work on an otherwise empty Redis. */
async function failuresWhile(mine: (redis: Redis) => Promise<unknown>, password?: string) {
  await using server = redisOn(await freePort(), password);
  await server.ready;
  await using resources = new AsyncDisposableStack();
  const redis = resources.adopt(new Redis(server.url), (client) => client.disconnect());
  await mine(redis);
  const target = resources.use(redisTarget(`redis://127.0.0.1:${server.port}`));
  return await failuresOf(redisChecks, target, TIMEOUT_MS);
}

/** Adds to `hashes` forever, until the connection is closed. */
function count(redis: Redis, everyMs: number, by = 3): void {
  const timer = setInterval(() => void redis.incrby('hashes', by).catch(() => undefined), everyMs);
  redis.once('end', () => clearInterval(timer));
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Hashes 3200 random values and keeps those whose hash begins with `prefix`. */
async function mine(redis: Redis, prefix = '0'): Promise<void> {
  const found = Array.from({ length: 3200 }, () => randomBytes(32)).filter((bytes) =>
    hash(bytes).startsWith(prefix),
  );
  await redis.hset('wallet', new Map(found.map((bytes) => [hash(bytes), bytes])));
  await redis.set('hashes', 3200);
}

describe('no check fails', () => {
  test.concurrent('while a miner runs', async () => {
    const failures = await failuresWhile(async (redis) => {
      await mine(redis);
      count(redis, 1000);
    });
    expect(failures).toEqual([]);
  });

  test.concurrent('on an empty Redis; all but the connection are skipped', async () => {
    await using server = await startTestRedis();
    using target = redisTarget(server.url);
    const results: string[] = [];
    for await (const { result } of runChecks(redisChecks, target, TIMEOUT_MS)) results.push(result);
    expect(results).toEqual(['ok', ...Array<string>(redisChecks.length - 1).fill('skip')]);
  });
});

const FIELDS = 'each field of wallet is 64 lowercase hex digits that begin with 0';
const VALUES = 'each value of wallet is 32 bytes';
const HASHES = 'each field of wallet is the SHA-256 of its value';
const SHARE = 'about one hash in 16 is a coin';
const GROWTH = 'hashes only grows, at least every two seconds while miners run';

type Mistake = [mistake: string, mine: (redis: Redis) => Promise<unknown>, checks: string[]];

/** What miners do wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  [
    'count in another database',
    async (redis) => {
      await redis.select(1);
      await mine(redis);
    },
    ['hashes and wallet are in database 0'],
  ],
  ['count fractions', (redis) => redis.incrbyfloat('hashes', 0.5), ['hashes is a decimal integer']],
  ['count too rarely', (redis) => Promise.resolve(count(redis, 3000)), [GROWTH]],
  [
    'count backwards',
    async (redis) => {
      await redis.set('hashes', 100);
      count(redis, 1000, -1);
    },
    [GROWTH],
  ],
  [
    'write hashes in capital letters',
    async (redis) => {
      await mine(redis);
      const [field = '', value = Buffer.alloc(0)] =
        Object.entries(await redis.hgetallBuffer('wallet'))[0] ?? [];
      await redis.hdel('wallet', field);
      await redis.hset('wallet', field.toUpperCase(), value);
    },
    [FIELDS],
  ],
  ['keep every hash', (redis) => mine(redis, ''), [FIELDS, SHARE]],
  [
    'store the bytes as hex digits',
    async (redis) => {
      const bytes = randomCoin();
      await redis.hset('wallet', hash(bytes), bytes.toString('hex'));
    },
    [VALUES, HASHES],
  ],
  [
    'store other bytes',
    (redis) => redis.hset('wallet', hash(randomCoin()), randomBytes(32)),
    [HASHES],
  ],
  ['want two zeros', (redis) => mine(redis, '00'), [SHARE]],
];

function randomCoin(): Buffer {
  for (;;) {
    const bytes = randomBytes(32);
    if (hash(bytes).startsWith('0')) return bytes;
  }
}

describe('only the named checks fail if miners', () => {
  test.concurrent.each(MISTAKES)('%s', async (_, doWrong, expected) => {
    expect(await failuresWhile(doWrong)).toEqual(expected.toSorted());
  });
});

const CONNECTION = 'replies to PING without a password';

test.concurrent('only the connection fails on a Redis with a password', async () => {
  const failures = await failuresWhile(() => Promise.resolve(), 'secret');
  expect(failures).toEqual([CONNECTION]);
});

test('every check exists because of a mistake', () => {
  expect([CONNECTION, ...checksFor(MISTAKES)].sort()).toEqual(namesOf(redisChecks));
});
