/**
 * Does it balance? Each finding is a sentence; none means that nothing was lost.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import { bull } from '../support/queue-key.ts';
import { checkKeys } from './key-check.ts';
import type { Ledger } from './ledger.ts';

export interface Balance {
  /** Jobs that were ever added: BullMQ's own count of ids. */
  added: number;
  completed: number;
  failed: number;
  /** Still in the queue. */
  left: number;
  lost: number;
  /** BullMQ's count of completed jobs, moved in the same step as the job. */
  exactLoops: number;
  /** The classic counter. */
  hashes: number;
  findings: string[];
}

/** What was told of each job. */
export type Books = Pick<Ledger, 'added' | 'completed' | 'failed' | 'finishedTwice' | 'coins'>;

/**
 * @param ledger what was told of each job
 * @param mayMiss loops that `hashes` may lack because their miners were killed
 */
export async function audit(redis: Redis, ledger: Books, mayMiss: number): Promise<Balance> {
  const [added, exactLoops, hashes, left] = await Promise.all([
    redis.get(bull('id')).then(Number),
    redis.hget(bull('metrics:completed'), 'count').then(Number),
    redis.get(keys.hashes).then(Number),
    countLeft(redis),
  ]);
  const completed = ledger.completed.size;
  const failed = ledger.failed.size;
  const lost = added - completed - failed - left;
  const findings: string[] = [];
  const demand = (holds: boolean, finding: string) => {
    if (!holds) findings.push(finding);
  };

  demand(lost === 0, `${lost} jobs are neither completed nor failed nor left`);
  demand(
    ledger.added.size === added,
    `${added} jobs were added, but ${ledger.added.size} were told`,
  );
  demand(ledger.finishedTwice.length === 0, `finished twice: ${ledger.finishedTwice.join(', ')}`);
  const unexplained = [...ledger.failed].filter(([, reason]) => reason === '').map(([id]) => id);
  demand(unexplained.length === 0, `failed without a reason: ${unexplained.join(', ')}`);
  demand(
    exactLoops === completed,
    `${completed} jobs are completed, but ${exactLoops} are counted`,
  );
  const missing = exactLoops - hashes;
  demand(
    missing >= 0 && missing <= mayMiss,
    `hashes lacks ${missing} loops; it may lack 0 to ${mayMiss}`,
  );
  findings.push(...(await checkWallet(redis, ledger.coins)), ...(await checkKeys(redis)));
  return { added, completed, failed, left, lost, exactLoops, hashes, findings };
}

/** Jobs that are still in the queue. */
export async function countLeft(redis: Redis): Promise<number> {
  const counts = await Promise.all([
    ...['wait', 'active', 'paused'].map((list) => redis.llen(bull(list))),
    ...['delayed', 'prioritized'].map((set) => redis.zcard(bull(set))),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Every coin is the SHA-256 of its bytes and begins with 0, and every coin that was found is there. */
async function checkWallet(redis: Redis, found: Set<string>): Promise<string[]> {
  const wallet = await redis.hgetallBuffer(keys.wallet);
  const wrong = Object.entries(wallet).filter(
    ([coin, bytes]) =>
      !coin.startsWith('0') || createHash('sha256').update(bytes).digest('hex') !== coin,
  );
  const gone = [...found].filter((coin) => !Object.hasOwn(wallet, coin));
  return [
    ...wrong.map(([coin]) => `the coin ${coin} is not the SHA-256 of its bytes or no coin`),
    ...gone.map((coin) => `the coin ${coin} was found and is not in the wallet`),
  ];
}
