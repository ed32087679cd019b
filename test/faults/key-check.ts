/**
 * Finds keys in Redis that could grow forever.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { KEPT_EVENTS } from './job-tracker.ts';

/** Keys without a TTL, and how many entries each may have. Redis trims streams by whole nodes of 100 entries. */
const LIMITS: Record<string, number> = {
  [keys.hashes]: 1,
  [keys.resetAt]: 1,
  [keys.wallet]: Infinity, // the contract keeps every coin
  [keys.coins]: 20,
  [keys.history]: 3700,
  [queueKey('id')]: 1,
  [queueKey('meta')]: 10,
  [queueKey('marker')]: 2,
  [queueKey('events')]: KEPT_EVENTS + 200,
  [queueKey('completed')]: 1000,
  [queueKey('failed')]: 1000,
  [queueKeys().completedCount]: 3,
  [queueKey('metrics:completed:data')]: 10_080, // a week of minutes
  [queueKey('metrics:failed')]: 3,
  [queueKey('metrics:failed:data')]: 10_080,
};

/** Lists and sets of jobs, limited by the backlog. */
const UNFINISHED = ['wait', 'active', 'delayed', 'prioritized', 'stalled'].map((name) =>
  queueKey(name),
);

/** Matches the hash of a job, whose id is a number, and its log. */
const JOB_KEY = new RegExp(`^${queueKey('')}(\\d+)(:logs)?$`);

/** What Redis replies for a key without a TTL; for one that has expired meanwhile, it replies -2. */
const NO_TTL = -1;

/** Lines in the log of a job. */
const MAX_LINES = 10;

const SIZE_BY_TYPE: Record<string, (redis: Redis, key: string) => Promise<number>> = {
  string: () => Promise.resolve(1),
  hash: (redis, key) => redis.hlen(key),
  list: (redis, key) => redis.llen(key),
  set: (redis, key) => redis.scard(key),
  zset: (redis, key) => redis.zcard(key),
  stream: (redis, key) => redis.xlen(key),
};

/** Returns a sentence for each key that could grow forever, and for jobs that are in no list. */
export async function checkKeys(redis: Redis): Promise<string[]> {
  const findings: string[] = [];
  const jobs = new Set<string>();
  for (const key of await redis.keys('*')) {
    const [, job, isLog] = JOB_KEY.exec(key) ?? [];
    if (job !== undefined) jobs.add(job);
    const isHash = job !== undefined && isLog === undefined;
    if (!isHash && !UNFINISHED.includes(key) && (await redis.pttl(key)) === NO_TTL) {
      const size = await SIZE_BY_TYPE[await redis.type(key)]?.(redis, key);
      const limit = isLog === undefined ? LIMITS[key] : MAX_LINES;
      if (limit === undefined) findings.push(`${key} has neither a TTL nor a known limit`);
      else if ((size ?? 0) > limit)
        findings.push(`${key} has ${size} entries; the limit is ${limit}`);
    }
  }
  const listed = new Set(await jobsIn(redis, ['delayed', 'prioritized', 'completed', 'failed']));
  const orphans = [...jobs].filter((job) => !listed.has(job)).sort();
  if (orphans.length > 0) findings.push(`jobs in no list: ${orphans.join(', ')}`);
  return findings;
}

/** Returns the ids of all jobs that wait or are active, and of those in these sorted sets of the queue. */
export async function jobsIn(redis: Redis, sets: string[]): Promise<string[]> {
  const ids = await Promise.all([
    ...['wait', 'active', 'paused'].map((list) => redis.lrange(queueKey(list), 0, -1)),
    ...sets.map((set) => redis.zrange(queueKey(set), '0', '-1')),
  ]);
  return ids.flat();
}
