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

/** The answers to the commands of the transaction below, in their order. */
type Replies = [
  [string, string],
  string | null,
  [string, string[]][],
  string | null,
  number,
  string[],
  string[],
];

/** How many of BullMQ's newest events are searched for the last completed job; a loop makes about four. */
const NEWEST_EVENTS = 50;

/** @throws {Error} if Redis is away or refuses */
export async function takeSample(redis: Redis, queue: LoopQueue): Promise<Sample> {
  // One transaction, because the count and the time of the last loop belong together. BullMQ's `getMetrics` cannot be
  // part of it. A job's `finishedOn` would not do either: it is the time of the miner's machine, not of Redis'.
  const reads = redis
    .multi()
    .time()
    .hget(queueKeys.completedCount, 'count')
    .xrevrange(queueKeys.events, '+', '-', 'COUNT', NEWEST_EVENTS)
    .get(keys.hashes)
    .hlen(keys.wallet)
    .zrange(keys.miners, '0', '-1', 'WITHSCORES')
    .lrange(keys.coins, 0, -1)
    .exec();
  const counting = queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');
  const [replies, counts, paused] = await Promise.all([reads, counting, queue.isPaused()]);
  const at = performance.now();
  const [now, loops, events, hashes, coins, reported, newest] = (replies ?? []).map(
    ([err, reply]) => {
      if (err) throw err;
      return reply;
    },
  ) as Replies;

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
