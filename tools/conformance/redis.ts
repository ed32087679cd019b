/**
 * What the contract says about Redis: the keys that miners write and the dashboard reads.
 * @module
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { COIN_PREFIX, keys, LOOP_BYTES } from '@dockercoins/common/contract';
import { openRedis, type RedisClient } from '@dockercoins/common/queue/redis';
import { redisProblem } from '../../local/redis.ts';
import {
  CertainMismatch,
  expectThat,
  Mismatch,
  ms,
  show,
  Skipped,
  timed,
  TRIES,
  type Check,
} from './check.ts';

export interface RedisTarget extends Disposable {
  /** Such as `redis://localhost:6379`. */
  url: string;
  client: RedisClient;
}

/** How long Redis may take to respond. */
const REDIS_TIMEOUT_MS = 3000;

/** How long `hashes` is watched, and how often it is read. */
const WATCH_MS = 5000;
const READ_EVERY_MS = 50;

/** Each miner counts about once a second. */
const LONGEST_PAUSE_MS = 2000;

/** About as many coins as are examined. */
const COINS = 1000;

/** One hash in 16 is a coin. After this many hashes, chance alone neither halves nor doubles the share. */
const ENOUGH_HASHES = 2000;
const COIN_SHARE = { least: 1 / 32, most: 1 / 8 };

/** Prepares a connection, which is opened by the first check. */
export function redisTarget(url: string): RedisTarget {
  const options = { maxRetriesPerRequest: 0, commandTimeout: REDIS_TIMEOUT_MS };
  const client = openRedis({ REDIS_URL: url }, options, () => 50);
  client.on('error', () => undefined); // the first check reports why there is no connection
  return { url, client, [Symbol.dispose]: () => client.disconnect() };
}

export const redisChecks: Check<RedisTarget>[] = [
  {
    name: 'replies to PING without a password',
    required: true,
    async run({ url }) {
      const reason = await redisProblem({ REDIS_URL: url }, REDIS_TIMEOUT_MS);
      if (reason !== undefined) throw new Mismatch('PONG', `an error: ${reason}`);
    },
  },
  {
    name: 'hashes and wallet are in database 0',
    async run({ client }) {
      if ((await client.exists(keys.hashes, keys.wallet)) > 0) return;
      const used = [...(await client.info('keyspace')).matchAll(/^(db\d+):/gm)].map(([, db]) => db);
      const others = used.filter((db) => db !== 'db0');
      expectThat(others.length === 0, 'hashes in db0', `keys only in ${others.join(', ')}`);
      throw new Skipped('nothing has been mined yet');
    },
  },
  {
    name: 'hashes is a decimal integer',
    async run({ client }) {
      const hashes = await client.get(keys.hashes);
      if (hashes === null) throw new Skipped('nothing has been mined yet');
      expectThat(/^\d+$/.test(hashes), 'digits', show(hashes));
    },
  },
  {
    ...timed('hashes only grows, at least every two seconds while miners run', watchGrowth),
    timeoutMs: TRIES * (WATCH_MS + REDIS_TIMEOUT_MS),
  },
  {
    name: 'each field of wallet is 64 lowercase hex digits that begin with 0',
    async run({ client }) {
      for (const { field } of await readCoins(client)) {
        const isRight = /^[0-9a-f]{64}$/.test(field) && field.startsWith(COIN_PREFIX);
        expectThat(isRight, `64 hex digits that begin with ${COIN_PREFIX}`, show(field));
      }
    },
  },
  {
    name: 'each value of wallet is 32 bytes',
    async run({ client }) {
      for (const { field, value } of await readCoins(client)) {
        const got = `${value.length} bytes for ${field}`;
        expectThat(value.length === LOOP_BYTES, `${LOOP_BYTES} bytes`, got);
      }
    },
  },
  {
    name: 'each field of wallet is the SHA-256 of its value',
    async run({ client }) {
      for (const { field, value } of await readCoins(client)) {
        const hash = createHash('sha256').update(value).digest('hex');
        // Another check is about its form.
        expectThat(field.toLowerCase() === hash, `field ${hash} for ${show(value)}`, show(field));
      }
    },
  },
  {
    name: 'about one hash in 16 is a coin',
    async run({ client }) {
      const coins = await client.hlen(keys.wallet);
      const hashes = Number(await client.get(keys.hashes));
      if (!(hashes >= ENOUGH_HASHES)) throw new Skipped(`fewer than ${ENOUGH_HASHES} hashes`);
      const share = coins / hashes;
      const isRight = share >= COIN_SHARE.least && share <= COIN_SHARE.most;
      expectThat(isRight, `about ${Math.round(hashes / 16)} coins`, String(coins));
    },
  },
];

/**
 * @throws {Mismatch} if `hashes` shrinks, or stays the same for longer than miners pause
 * @throws {Skipped} if it never grows
 */
async function watchGrowth({ client }: RedisTarget, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  let value = Number(await client.get(keys.hashes));
  const changes = [startedAt];
  while (performance.now() < startedAt + WATCH_MS) {
    await sleep(READ_EVERY_MS, undefined, { signal });
    const next = Number(await client.get(keys.hashes));
    if (next < value) throw new CertainMismatch(`${value} or more`, String(next));
    if (next > value) changes.push(performance.now());
    value = next;
  }
  if (changes.length === 1) throw new Skipped(`nothing was mined within ${ms(WATCH_MS)}`);
  changes.push(performance.now());
  const pauses = changes.slice(1).map((at, index) => at - (changes[index] ?? at));
  const longest = Math.max(...pauses);
  expectThat(longest <= LONGEST_PAUSE_MS, 'a pause of about 1000 ms', ms(longest));
}

/** @throws {Skipped} without coins */
async function readCoins(client: RedisClient): Promise<{ field: string; value: Buffer }[]> {
  const [, entries] = await client.hscanBuffer(keys.wallet, 0, 'COUNT', COINS);
  if (entries.length === 0) throw new Skipped('no coin has been found yet');
  const coins: { field: string; value: Buffer }[] = [];
  for (let at = 0; at + 1 < entries.length; at += 2) {
    const [field, value] = entries.slice(at, at + 2) as [Buffer, Buffer];
    coins.push({ field: field.toString(), value });
  }
  return coins;
}
