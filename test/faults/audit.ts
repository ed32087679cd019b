/**
 * Balances the books. Each finding is a sentence; without findings nothing was lost.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { keys, type LoopData } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue-keys';
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
  coinsInWallet: number;
  /** Coins that completed loops found, and that unfinished loops recorded. Equal to those in the wallet. */
  coinsOfLoops: number;
  findings: string[];
}

/** What the ledger noted of each job. */
export type Books = Pick<Ledger, 'added' | 'completed' | 'failed' | 'finishedTwice' | 'coins'>;

/** @param mayMiss how many loops `hashes` may lack, because miners were killed or connections broke */
export async function audit(redis: Redis, ledger: Books, mayMiss: number): Promise<Balance> {
  const [added, exactLoops, hashes, left] = await Promise.all([
    redis.get(queueKey('id')).then(Number),
    redis.hget(queueKey('metrics:completed'), 'count').then(Number),
    redis.get(keys.hashes).then(Number),
    countLeft(redis),
  ]);
  const completed = ledger.completed.size;
  const failed = ledger.failed.size;
  const lost = added - completed - failed - left;
  const wallet = await redis.hgetallBuffer(keys.wallet);
  const coins = new Set([...ledger.coins, ...(await recordedCoins(redis))]);
  const findings: string[] = [];
  const demand = (holds: boolean, finding: string) => {
    if (!holds) findings.push(finding);
  };

  demand(lost === 0, `${lost} jobs are neither completed nor failed nor left`);
  demand(
    ledger.added.size === added,
    `${added} jobs were added, but the ledger saw ${ledger.added.size}`,
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
  findings.push(...checkWallet(wallet, coins), ...(await checkKeys(redis)));
  const coinsInWallet = Object.keys(wallet).length;
  const counts = { added, completed, failed, left, lost, exactLoops, hashes };
  return { ...counts, coinsInWallet, coinsOfLoops: coins.size, findings };
}

/** Jobs that are still in the queue. */
export async function countLeft(redis: Redis): Promise<number> {
  const counts = await Promise.all([
    ...['wait', 'active', 'paused'].map((list) => redis.llen(queueKey(list))),
    ...['delayed', 'prioritized'].map((set) => redis.zcard(queueKey(set))),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Coins on jobs that are not completed: a run stored one, and the next run will complete with it. */
async function recordedCoins(redis: Redis): Promise<string[]> {
  const ids = await Promise.all([
    ...['wait', 'active'].map((list) => redis.lrange(queueKey(list), 0, -1)),
    ...['delayed', 'prioritized', 'failed'].map((set) => redis.zrange(queueKey(set), '0', '-1')),
  ]);
  const jobs = await Promise.all(ids.flat().map((id) => redis.hget(queueKeys.job(id), 'data')));
  return jobs.flatMap((data) => (JSON.parse(data ?? '{}') as LoopData).coin ?? []);
}

/** Every coin is the SHA-256 of its bytes and begins with 0, and belongs to one loop; every loop's coin is there. */
function checkWallet(wallet: Record<string, Buffer>, found: Set<string>): string[] {
  const wrong = Object.entries(wallet).filter(
    ([coin, bytes]) =>
      !coin.startsWith('0') || createHash('sha256').update(bytes).digest('hex') !== coin,
  );
  const gone = [...found].filter((coin) => !Object.hasOwn(wallet, coin));
  const orphans = Object.keys(wallet).filter((coin) => !found.has(coin));
  return [
    ...wrong.map(([coin]) => `the coin ${coin} is not the SHA-256 of its bytes or no coin`),
    ...gone.map((coin) => `the coin ${coin} was found and is not in the wallet`),
    ...orphans.map((coin) => `the coin ${coin} is in the wallet, but no loop found it`),
  ];
}
