/**
 * Reads everything the dashboard shows from Redis.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys, type Coin, type MinerReport } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue';
import { queueKeys } from '@dockercoins/common/queue-keys';
import type { QueueView } from '../frame.ts';
import { parseCoin, parseReport } from './parse.ts';
import type { Reading } from './rate.ts';

export interface SeenMiner extends MinerReport {
  /** Milliseconds since its last report, by Redis' clock; at least 0. */
  silentMs: number;
}

export interface Sample {
  /** Redis' time in milliseconds since 1970. */
  time: number;
  reading: Reading;
  hashes: number | null;
  coins: number;
  newestCoins: Coin[];
  queue: QueueView;
  miners: SeenMiner[];
}

/** How many of BullMQ's newest events are searched for the last completed job; a loop makes about four. */
const NEWEST_EVENTS = 50;

/**
 * Reads the count of loops and the time of the last one in one step, because they belong together. BullMQ's `getMetrics`
 * cannot do that, and a full Redis refuses transactions, even of reads. A job's `finishedOn` would not do: it is the time
 * of the miner's machine. KEYS: count, events; ARGV: how many events.
 */
const COUNT = `
  local count = redis.call('HGET', KEYS[1], 'count')
  local events = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', ARGV[1])
  return { redis.call('TIME'), count, events }`;

type Counted = [[string, string], string | null, [string, string[]][]];

/** @throws {Error} if Redis is away or refuses */
export async function takeSample(redis: Redis, queue: LoopQueue): Promise<Sample> {
  const counting = redis.eval(
    COUNT,
    2,
    queueKeys.completedCount,
    queueKeys.events,
    NEWEST_EVENTS,
  ) as Promise<Counted>;
  const [[now, loops, events], hashes, coins, reported, newest, counts, paused] = await Promise.all(
    [
      counting,
      redis.get(keys.hashes),
      redis.hlen(keys.wallet),
      redis.zrange(keys.miners, '0', '-1', 'WITHSCORES'),
      redis.lrange(keys.coins, 0, -1),
      queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed'),
      queue.isPaused(),
    ],
  );
  const at = performance.now();
  const time = Number(now[0]) * 1000 + Math.floor(Number(now[1]) / 1000);
  return {
    time,
    reading: { at, loops: Number(loops ?? 0), lastLoopAge: lastLoopAge(events, time) },
    hashes: hashes === null ? null : Number(hashes),
    coins,
    newestCoins: newest.map(parseCoin).filter((coin) => coin !== undefined),
    queue: { ...(counts as unknown as Omit<QueueView, 'paused'>), paused },
    miners: await readMiners(redis, reported, time),
  };
}

/** The id of an event begins with Redis' time when it happened, in milliseconds. */
function lastLoopAge(events: [string, string[]][], time: number): number | null {
  const last = events.find(([, [, event]]) => event === 'completed');
  return last === undefined ? null : time - Number.parseInt(last[0], 10);
}

/** @param reported ids and times (ms), alternating, as Redis returns a sorted set */
async function readMiners(redis: Redis, reported: string[], now: number): Promise<SeenMiner[]> {
  const ids = reported.filter((_, index) => index % 2 === 0);
  if (ids.length === 0) return [];
  const reports = await redis.mget(ids.map(keys.miner));
  return reports.flatMap((text, index) => {
    const report = parseReport(text ?? undefined);
    if (report === undefined) return []; // it has left
    return [{ ...report, silentMs: Math.max(0, now - Number(reported[2 * index + 1])) }];
  });
}
