/**
 * Reads everything the dashboard shows from Redis.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { keys } from '@dockercoins/common/contract';
import { limitedFor, type LoopQueue } from '@dockercoins/common/queue/queue';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { sum } from '@dockercoins/common/statistics';
import type { FailedJob } from '../frame/frame.ts';
import { addUp, type QueueState } from '../frame/queue-totals.ts';
import { MAX_HELD, type HeldJob, type MinerSample, type Sample } from '../frame/sample.ts';
import { parseCoin, parseNote, parseProducer, parseReport } from './parse.ts';

const MAX_FAILURES = 5;

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
export async function takeSample(redis: RedisClient, queues: LoopQueue[]): Promise<Sample> {
  const [
    { counts, at },
    hashes,
    adds,
    [lease, producer, incident],
    coins,
    lastReports,
    coinTexts,
    noteTexts,
    held,
    views,
  ] = await Promise.all([
    readCounts(redis, queues),
    redis.get(keys.hashes),
    all(queues, (queue) => redis.get(queueKeys(queue.name).addedCount)),
    redis.mget(keys.lease, keys.producer, keys.incident),
    redis.hlen(keys.wallet),
    redis.zrange(keys.miners, '0', '-1', 'WITHSCORES'),
    redis.lrange(keys.coins, 0, -1),
    redis.lrange(keys.notes, 0, -1),
    all(queues, (queue) => readHeld(redis, queue)),
    all(queues, readQueue),
  ]);
  const times = counts.map(({ time }) => time);
  const time = Math.max(...times);
  const ages = counts.map(({ lastLoopAge }) => lastLoopAge).filter((age) => age !== null);
  const view = addUp(views);
  return {
    time,
    reading: {
      at,
      loops: sum(counts.map(({ loops }) => loops)),
      lastLoopAge: ages.length === 0 ? null : Math.min(...ages),
    },
    added: sum(adds.map(Number)),
    hashes: hashes === null ? null : Number(hashes),
    coins,
    newestCoins: coinTexts.map(parseCoin).filter((coin) => coin !== undefined),
    queue: view,
    leader: lease?.split(' ')[0] ?? null,
    producer: parseProducer(producer ?? undefined),
    held: held.flat(),
    failures: view.failed === 0 ? [] : await readFailures(queues),
    miners: await readMiners(redis, lastReports, time),
    notes: noteTexts.map(parseNote).filter((note) => note !== undefined),
    incident: typeof incident === 'string',
  };
}

const all = <T>(queues: LoopQueue[], read: (queue: LoopQueue) => Promise<T>): Promise<T[]> =>
  Promise.all(queues.map(read));

async function readQueue(queue: LoopQueue): Promise<QueueState> {
  const [counts, paused, concurrency, rate, limitedMs, [next]] = await Promise.all([
    queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed'),
    queue.isPaused(),
    queue.getGlobalConcurrency(),
    queue.getGlobalRateLimit(),
    limitedFor(queue),
    queue.getWaiting(0, 0),
  ]);
  const nextAddedAt = next?.timestamp ?? null;
  return { name: queue.name, counts, paused, concurrency, rate, limitedMs, nextAddedAt };
}

/** The latest jobs that failed for good, newest first. */
async function readFailures(queues: LoopQueue[]): Promise<FailedJob[]> {
  const lists = await all(queues, async (queue) => {
    const jobs = await queue.getFailed(0, MAX_FAILURES - 1);
    return jobs.map(({ id = '', failedReason, attemptsMade, finishedOn }) => ({
      queue: queue.name,
      id,
      reason: failedReason,
      attempts: attemptsMade,
      at: finishedOn ?? 0,
    }));
  });
  const jobs = lists.flat().toSorted((a, b) => b.at - a.at);
  return jobs.slice(0, MAX_FAILURES);
}

/** KEYS: active; ARGV: number of jobs, prefix of their keys. `pb` is the name of the worker that took a job. */
const READ_HELD = `
  local held = {}
  for _, id in ipairs(redis.call('LRANGE', KEYS[1], -tonumber(ARGV[1]), -1)) do
    local job = ARGV[2] .. id
    local miner = redis.call('HGET', job, 'pb') or ''
    table.insert(held, { id, miner, redis.call('PTTL', job .. ':lock') })
  end
  return held`;

/** Reads the active jobs and their locks atomically, because jobs complete all the time. BullMQ has no call for that. */
async function readHeld(redis: RedisClient, queue: LoopQueue): Promise<HeldJob[]> {
  const { active, job } = queueKeys(queue.name);
  const reply = await redis.eval(READ_HELD, 1, active, MAX_HELD, job(''));
  return (reply as [string, string, number][]).map(([id, miner, lockMs]) => ({
    id: `${queue.name} ${id}`,
    miner,
    lockMs,
  }));
}

/** Also resolves to when the counts arrived (ms, monotonic): the rest may take a while. */
async function readCounts(redis: RedisClient, queues: LoopQueue[]) {
  const counts = await all(queues, (queue) => readCount(redis, queue));
  return { counts, at: performance.now() };
}

/**
 * Reads the loop count and the latest events atomically, because the speed needs both as of the same moment. BullMQ's
 * `getMetrics` cannot do that, and a full Redis refuses transactions, even read-only ones. A job's `finishedOn` is no
 * substitute: it comes from the clock of the miner's machine.
 */
async function readCount(redis: RedisClient, queue: LoopQueue) {
  const { completedCount, events: log } = queueKeys(queue.name);
  const reply = await redis.eval(READ_COUNT, 2, completedCount, log, LATEST_EVENTS);
  const [[seconds, micros], loops, events] = reply as CountReply;
  const time = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  return { time, loops: Number(loops ?? 0), lastLoopAge: lastLoopAge(events, time) };
}

/** The id of an event starts with Redis' time when it was emitted, in milliseconds. */
function lastLoopAge(events: Event[], time: number): number | null {
  const last = events.find(([, [, event]]) => event === 'completed');
  return last === undefined ? null : time - Number.parseInt(last[0], 10);
}

/** @param lastReports miner ids and report times (ms), alternating, as Redis returns a sorted set */
async function readMiners(
  redis: RedisClient,
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
