/**
 * One look at everything in Redis.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys, type Coin, type MinerReport } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue';
import type { QueueView } from '../frame.ts';
import { parseCoin, parseReport } from './parse.ts';
import type { Mark } from './rate.ts';

export interface SeenMiner extends MinerReport {
  /** When its last report came, by the clock of Redis (ms). */
  reportedAt: number;
  /** Milliseconds since then. */
  silentMs: number;
}

export interface Sample {
  mark: Mark;
  hashes: number | null;
  coins: number;
  newestCoins: Coin[];
  queue: QueueView;
  miners: SeenMiner[];
}

/** What the commands of the transaction below answer, in their order. */
type Replies = [
  [string, string],
  string | null,
  string[],
  string | null,
  number,
  string[],
  string[],
  number,
];

/** Rejects where Redis is away. */
export async function takeSample(redis: Redis, queue: LoopQueue): Promise<Sample> {
  // The count of loops and the time of the last one belong together, hence one transaction.
  const looks = redis
    .multi()
    .time()
    .hget(queue.toKey('metrics:completed'), 'count')
    .zrevrange(queue.toKey('completed'), 0, 0, 'WITHSCORES')
    .get(keys.hashes)
    .hlen(keys.wallet)
    .zrange(keys.miners, '0', '-1', 'WITHSCORES')
    .lrange(keys.coins, 0, -1)
    .hexists(queue.toKey('meta'), 'paused')
    .exec();
  const counting = queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');
  const [replies, counts] = await Promise.all([looks, counting]);
  const [time, loops, lastCompleted, hashes, coins, reported, newest, paused] = (replies ?? []).map(
    ([err, reply]) => {
      if (err) throw err;
      return reply;
    },
  ) as Replies;

  const at = Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
  return {
    mark: { at, loops: Number(loops ?? 0), lastLoopAt: Number(lastCompleted[1] ?? 0) },
    hashes: hashes === null ? null : Number(hashes),
    coins,
    newestCoins: newest.map(parseCoin).filter((coin) => coin !== undefined),
    queue: { ...(counts as unknown as Omit<QueueView, 'paused'>), paused: paused === 1 },
    miners: await readMiners(redis, reported, at),
  };
}

/** @param reported ids and times (ms) by turns, as a sorted set tells them */
async function readMiners(redis: Redis, reported: string[], now: number): Promise<SeenMiner[]> {
  const ids = reported.filter((_, index) => index % 2 === 0);
  if (ids.length === 0) return [];
  const reports = await redis.mget(ids.map(keys.miner));
  return reports.flatMap((text, index) => {
    const report = parseReport(text ?? undefined);
    if (report === undefined) return []; // it left since
    const reportedAt = Number(reported[2 * index + 1]);
    return [{ ...report, reportedAt, silentMs: now - reportedAt }];
  });
}
