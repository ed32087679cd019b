/**
 * No key in Redis without a bound or a time to live.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import { queueKey } from '@dockercoins/common/queue-keys';

/** What may stay for ever, and how many entries it may have. Streams are trimmed in steps of a node (100 entries). */
const BOUNDS: Record<string, number> = {
  [keys.hashes]: 1,
  [keys.wallet]: Infinity, // the coins themselves: the one thing that grows, by contract
  [keys.coins]: 20,
  [keys.history]: 3700,
  [queueKey('id')]: 1,
  [queueKey('meta')]: 10,
  [queueKey('marker')]: 2,
  [queueKey('events')]: 10_200,
  [queueKey('completed')]: 1000,
  [queueKey('failed')]: 1000,
  [queueKey('metrics:completed')]: 3,
  [queueKey('metrics:completed:data')]: 10_080, // a week of minutes
  [queueKey('metrics:failed')]: 3,
  [queueKey('metrics:failed:data')]: 10_080,
};

/** Lists and sets of jobs that are bounded by the backlog. */
const WORK = ['wait', 'active', 'delayed', 'prioritized', 'stalled'].map(queueKey);

/** A job's own hash: its id is a number. */
const JOB_KEY = new RegExp(`^${queueKey('')}(\\d+)$`);

const SIZE: Record<string, (redis: Redis, key: string) => Promise<number>> = {
  string: () => Promise.resolve(1),
  hash: (redis, key) => redis.hlen(key),
  list: (redis, key) => redis.llen(key),
  set: (redis, key) => redis.scard(key),
  zset: (redis, key) => redis.zcard(key),
  stream: (redis, key) => redis.xlen(key),
};

/** Returns a sentence for each key that could grow for ever, and for jobs that no list knows. */
export async function checkKeys(redis: Redis): Promise<string[]> {
  const findings: string[] = [];
  const jobs = new Set<string>();
  for (const key of await redis.keys('*')) {
    const job = JOB_KEY.exec(key)?.[1];
    if (job !== undefined) {
      jobs.add(job);
    } else if (!WORK.includes(key) && (await redis.pttl(key)) < 0) {
      const size = await SIZE[await redis.type(key)]?.(redis, key);
      const bound = BOUNDS[key];
      if (bound === undefined) findings.push(`${key} has no time to live and no known bound`);
      else if ((size ?? 0) > bound) findings.push(`${key} has ${size} entries, more than ${bound}`);
    }
  }
  const known = new Set(await knownJobs(redis));
  const orphans = [...jobs].filter((job) => !known.has(job));
  if (orphans.length > 0) findings.push(`jobs in no list: ${orphans.join(', ')}`);
  return findings;
}

async function knownJobs(redis: Redis): Promise<string[]> {
  const found = await Promise.all([
    ...['wait', 'active'].map((list) => redis.lrange(queueKey(list), 0, -1)),
    ...['delayed', 'prioritized', 'completed', 'failed'].map((set) =>
      redis.zrange(queueKey(set), '0', '-1'),
    ),
  ]);
  return found.flat();
}
