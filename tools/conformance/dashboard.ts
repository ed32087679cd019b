/**
 * What the contract says about the dashboard: `GET /json`.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { keys } from '@dockercoins/common/contract';
import { expectThat, Mismatch, show, Skipped, type Check } from './check.ts';
import { ask, type HttpTarget } from './http.ts';
import { answersHttp, isAloneAtLocalhost } from './reach.ts';

export interface DashboardTarget extends HttpTarget {
  /** The Redis of the same stack. */
  redis: RedisClient | undefined;
}

/** How much the clocks of two machines may differ, in seconds. */
const CLOCK_SKEW_S = 5;

/** One time in a thousand is a whole second; three in a row never are. */
const TIMES = 3;

const FIELDS = ['coins', 'hashes', 'now'];

export const dashboardChecks: Check<DashboardTarget>[] = [
  answersHttp('/json'),
  isAloneAtLocalhost('/json', /"coins"/),
  {
    name: 'GET /json returns 200',
    async run({ origin }, signal) {
      const { status } = await ask(origin, { path: '/json' }, signal);
      expectThat(status === 200, 'status 200', String(status));
    },
  },
  {
    name: 'GET /json is application/json',
    async run({ origin }, signal) {
      const { type } = await ask(origin, { path: '/json' }, signal);
      expectThat(/^application\/json\b/.test(type ?? ''), 'application/json', show(type));
    },
  },
  {
    name: 'GET /json has the fields coins, hashes, and now, and no others',
    async run({ origin }, signal) {
      const fields = Object.keys(await readJson(origin, signal)).sort();
      expectThat(String(fields) === String(FIELDS), FIELDS.join(', '), fields.join(', '));
    },
  },
  {
    name: 'coins is an integer',
    async run({ origin }, signal) {
      const { coins } = await readJson(origin, signal);
      expectThat(Number.isInteger(coins), 'an integer', JSON.stringify(coins));
    },
  },
  {
    name: 'hashes is a string of digits, or null',
    async run({ origin }, signal) {
      const { hashes } = await readJson(origin, signal);
      const isRight = hashes === null || (typeof hashes === 'string' && /^\d+$/.test(hashes));
      expectThat(isRight, 'a string of digits or null', JSON.stringify(hashes));
    },
  },
  {
    name: 'now is the time in seconds since 1970',
    async run({ origin }, signal) {
      const { now } = await readJson(origin, signal);
      const clock = Date.now() / 1000;
      const isRight = Math.abs(Number(now) - clock) <= CLOCK_SKEW_S;
      expectThat(isRight, `about ${clock}`, JSON.stringify(now));
    },
  },
  {
    name: 'now is a number with fractions of a second',
    async run({ origin }, signal) {
      const times: unknown[] = [];
      while (times.length < TIMES) times.push((await readJson(origin, signal))['now']);
      const isRight = times.some((now) => typeof now === 'number' && !Number.isInteger(now));
      expectThat(isRight, 'fractions', times.map((now) => JSON.stringify(now)).join(', '));
    },
  },
  {
    name: 'coins is the number of coins in wallet',
    async run({ origin, redis }, signal) {
      if (redis === undefined) throw new Skipped('without --redis');
      const before = await redis.hlen(keys.wallet);
      const { coins } = await readJson(origin, signal);
      const after = await redis.hlen(keys.wallet);
      const isRight = Number(coins) >= before && Number(coins) <= after;
      expectThat(isRight, range(before, after), JSON.stringify(coins));
    },
  },
  {
    name: 'hashes is the value of hashes in Redis',
    async run({ origin, redis }, signal) {
      if (redis === undefined) throw new Skipped('without --redis');
      const before = await redis.get(keys.hashes);
      const { hashes } = await readJson(origin, signal);
      const after = await redis.get(keys.hashes);
      // Miners count meanwhile, and may begin to.
      const isRight =
        hashes === null
          ? before === null
          : Number(hashes) >= Number(before) && Number(hashes) <= Number(after);
      expectThat(isRight, range(before, after), JSON.stringify(hashes));
    },
  },
];

async function readJson(origin: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const { body } = await ask(origin, { path: '/json' }, signal);
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    throw new Mismatch('JSON', show(body));
  }
}

const range = (from: unknown, to: unknown) =>
  from === to ? String(from) : `${String(from)} to ${String(to)}`;
