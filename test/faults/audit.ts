/**
 * Checks that no job, count, or coin was lost or duplicated.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { keys, type LoopData } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { checkKeys, jobsIn } from './key-check.ts';
import type { JobTracker } from './job-tracker.ts';

export interface AuditReport {
  /** Jobs ever added, by BullMQ's counter of ids. */
  added: number;
  completed: number;
  failed: number;
  /** Jobs still in the queue. */
  left: number;
  lost: number;
  /** BullMQ's count of completed jobs, updated atomically with the job. */
  exactLoops: number;
  /** The classic counter. */
  hashes: number;
  coinsInWallet: number;
  /** Coins that completed jobs found, and that unfinished jobs recorded. */
  coinsOfLoops: number;
  /** One sentence per problem. */
  findings: string[];
}

/** What became of each job. */
export type JobOutcomes = Pick<
  JobTracker,
  'added' | 'completed' | 'failed' | 'finishedTwice' | 'coins' | 'doubtfulCoins' | 'uncounted'
>;

/**
 * Compares the outcomes of all jobs with what Redis holds.
 * @param mayMiss how many loops may be missing from `hashes` because miners were killed or connections broke
 */
export async function audit(
  redis: Redis,
  jobs: JobOutcomes,
  mayMiss: number,
): Promise<AuditReport> {
  const [added, exactLoops, hashes, left] = await Promise.all([
    redis.get(queueKey('id')).then(Number),
    redis.hget(queueKeys().completedCount, 'count').then(Number),
    redis.get(keys.hashes).then(Number),
    countLeft(redis),
  ]);
  const completed = jobs.completed.size;
  const failed = jobs.failed.size;
  const lost = added - completed - failed - left;
  const wallet = await redis.hgetallBuffer(keys.wallet);
  const coins = new Set([...jobs.coins, ...(await recordedCoins(redis))]);
  const findings: string[] = [];
  const check = (holds: boolean, finding: string) => {
    if (!holds) findings.push(finding);
  };

  check(lost === 0, `jobs neither completed, failed, nor in the queue: ${lost}`);
  check(jobs.added.size === added, `jobs added: ${added}, but events for ${jobs.added.size}`);
  check(jobs.finishedTwice.length === 0, `jobs finished twice: ${jobs.finishedTwice.join(', ')}`);
  const unexplained = [...jobs.failed].filter(([, reason]) => reason === '').map(([id]) => id);
  check(unexplained.length === 0, `jobs failed without a reason: ${unexplained.join(', ')}`);
  const counted = completed - jobs.uncounted;
  check(exactLoops === counted, `jobs completed: ${counted}, but BullMQ counted ${exactLoops}`);
  const missing = exactLoops - hashes;
  check(
    missing >= 0 && missing <= mayMiss,
    `loops missing from hashes: ${missing}, but 0 to ${mayMiss} are allowed`,
  );
  findings.push(...checkWallet(wallet, coins, jobs.doubtfulCoins), ...(await checkKeys(redis)));
  const coinsInWallet = Object.keys(wallet).length;
  const counts = { added, completed, failed, left, lost, exactLoops, hashes };
  return { ...counts, coinsInWallet, coinsOfLoops: coins.size, findings };
}

/** Returns the number of jobs still in the queue. */
export async function countLeft(redis: Redis): Promise<number> {
  return (await jobsIn(redis, ['delayed', 'prioritized'])).length;
}

/** Returns the coins recorded on jobs that have not completed: the next attempt will complete with them. */
async function recordedCoins(redis: Redis): Promise<string[]> {
  const ids = await jobsIn(redis, ['delayed', 'prioritized', 'failed']);
  const dataOfJobs = await Promise.all(ids.map((id) => redis.hget(queueKeys().job(id), 'data')));
  return dataOfJobs.flatMap((data) => (JSON.parse(data ?? '{}') as LoopData).coin ?? []);
}

/**
 * Checks that each coin begins with 0 and is the SHA-256 of its bytes, and that the wallet has exactly the coins found.
 * @param doubtful coins that may be in the wallet or not
 */
function checkWallet(
  wallet: Record<string, Buffer>,
  found: ReadonlySet<string>,
  doubtful: ReadonlySet<string>,
): string[] {
  const invalid = Object.entries(wallet).filter(
    ([coin, bytes]) =>
      !coin.startsWith('0') || createHash('sha256').update(bytes).digest('hex') !== coin,
  );
  const missing = [...found.difference(doubtful)].filter((coin) => !Object.hasOwn(wallet, coin));
  const orphans = Object.keys(wallet).filter((coin) => !found.has(coin) && !doubtful.has(coin));
  return [
    ...invalid.map(
      ([coin]) => `coin ${coin} does not begin with 0 or is not the SHA-256 of its bytes`,
    ),
    ...missing.map((coin) => `coin ${coin} was found but is not in the wallet`),
    ...orphans.map((coin) => `coin ${coin} is in the wallet, but no job found it`),
  ];
}
