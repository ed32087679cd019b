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
import type { RawReading } from './rate.ts';

export interface MinerSample extends MinerReport {
  /** Milliseconds since its last report, by Redis' clock; at least 0. */
  silentMs: number;
}

export interface Sample {
  /** Redis' time in milliseconds since 1970. */
  time: number;
  reading: RawReading;
  hashes: number | null;
  coins: number;
  newestCoins: Coin[];
  queue: QueueView;
  miners: MinerSample[];
}

/** How many of BullMQ's latest events are searched for a completed job; a loop emits about four. */
const LATEST_EVENTS = 50;

/** KEYS: count, events; ARGV: number of events. */
const READ_COUNT = `
  local count = redis.call('HGET', KEYS[1], 'count')
  local events = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', ARGV[1])
  return { redis.call('TIME'), count, events }`;

type Event = [id: string, fields: string[]];
type CountReply = [time: [seconds: string, micros: string], count: string | null, events: Event[]];

/** @throws {Error} if Redis is unreachable or returns an error */
export async function takeSample(redis: Redis, queue: LoopQueue): Promise<Sample> {
  const [countReply, hashes, coins, lastReports, coinTexts, jobCounts, paused] = await Promise.all([
    readCount(redis),
    redis.get(keys.hashes),
    redis.hlen(keys.wallet),
    redis.zrange(keys.miners, '0', '-1', 'WITHSCORES'),
    redis.lrange(keys.coins, 0, -1),
    queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed'),
    queue.isPaused(),
  ]);
  const at = performance.now();
  const [[seconds, micros], loops, events] = countReply;
  const time = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  return {
    time,
    reading: { at, loops: Number(loops ?? 0), lastLoopAge: lastLoopAge(events, time) },
    hashes: hashes === null ? null : Number(hashes),
    coins,
    newestCoins: coinTexts.map(parseCoin).filter((coin) => coin !== undefined),
    queue: { ...(jobCounts as unknown as Omit<QueueView, 'paused'>), paused },
    miners: await readMiners(redis, lastReports, time),
  };
}

/**
 * Reads the loop count and the latest events atomically, because the speed needs both as of the same moment. BullMQ's
 * `getMetrics` cannot do that, and a full Redis refuses transactions, even read-only ones. A job's `finishedOn` is no
 * substitute: it comes from the clock of the miner's machine.
 */
function readCount(redis: Redis): Promise<CountReply> {
  const { completedCount, events } = queueKeys;
  const reply = redis.eval(READ_COUNT, 2, completedCount, events, LATEST_EVENTS);
  return reply as Promise<CountReply>;
}

/** The id of an event starts with Redis' time when it was emitted, in milliseconds. */
function lastLoopAge(events: Event[], time: number): number | null {
  const last = events.find(([, [, event]]) => event === 'completed');
  return last === undefined ? null : time - Number.parseInt(last[0], 10);
}

/** @param lastReports miner ids and report times (ms), alternating, as Redis returns a sorted set */
async function readMiners(
  redis: Redis,
  lastReports: string[],
  now: number,
): Promise<MinerSample[]> {
  const ids = lastReports.filter((_, index) => index % 2 === 0);
  if (ids.length === 0) return [];
  const reports = await redis.mget(ids.map(keys.miner));
  return reports.flatMap((text, index) => {
    const report = parseReport(text ?? undefined);
    if (report === undefined) return []; // expired or malformed
    return [{ ...report, silentMs: Math.max(0, now - Number(lastReports[2 * index + 1])) }];
  });
}
