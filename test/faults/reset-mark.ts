/**
 * What the audit must know about a reset: how much was counted and recorded when it was over.
 * @module
 */
import type { Redis } from 'ioredis';
import type { LoopData } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { reset } from '../../dashboard/server/reset.ts';

export interface ResetMark {
  /** Id of the last event before the mark. */
  eventId: string;
  /** Jobs that were completed between the reset of that count and the mark. */
  counted: number;
  /** Coins recorded on unfinished jobs: the reset may have found them in the wallet, or not. */
  claimed: string[];
}

/** KEYS: events, completed count, active, wait, delayed; ARGV: prefix of the keys of jobs. */
const READ_MARK = `
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local ids = redis.call('LRANGE', KEYS[3], 0, -1)
  for _, id in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do table.insert(ids, id) end
  for _, id in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do table.insert(ids, id) end
  local data = {}
  for _, id in ipairs(ids) do table.insert(data, redis.call('HGET', ARGV[1] .. id, 'data') or '{}') end
  return { last and last[1] or '0-0', redis.call('HGET', KEYS[2], 'count') or '0', data }`;

/** Resets everything, as the button on the page does, and marks the moment after it. */
export async function resetAndMark(redis: Redis, queue: LoopQueue): Promise<ResetMark> {
  await reset(redis, [queue]);
  const { events, completedCount, active, job } = queueKeys();
  const [wait, delayed] = [queueKey('wait'), queueKey('delayed')];
  const reply = await redis.eval(
    READ_MARK,
    5,
    events,
    completedCount,
    active,
    wait,
    delayed,
    job(''),
  );
  const [eventId, counted, data] = reply as [string, string, string[]];
  const claimed = data.flatMap((text) => (JSON.parse(text) as LoopData).coin ?? []);
  return { eventId, counted: Number(counted), claimed };
}

/** Compares the ids of two entries of a stream: `milliseconds-sequence`. */
export function isAfter(id: string, other: string): boolean {
  const [ms = 0, sequence = 0] = id.split('-').map(Number);
  const [otherMs = 0, otherSequence = 0] = other.split('-').map(Number);
  return ms > otherMs || (ms === otherMs && sequence > otherSequence);
}
