/**
 * Stores a coin exactly once per loop that found one, although a loop may run twice.
 *
 * BullMQ delivers a job at least once. If a miner dies or loses its lock, another miner runs the job again, and that run
 * draws new random bytes: storing a coin under its hash is not idempotent. So one script puts the coin into the wallet and
 * onto its job, and only if this miner still holds the job. A second run finds the coin on the job and completes with it.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue-keys';

/** How many of the newest coins the dashboard lists. */
const NEWEST_COINS = 20;

/**
 * The lock token is a fencing token: concurrent runs of a job never share one. Returns 1 if the coin is new, 0 if
 * the wallet already had it, -1 if the lock is lost, -2 if the job already has another coin. Running it again changes nothing.
 * KEYS: lock, job, wallet, newest coins; ARGV: token, hash, bytes, miner, length of the list.
 */
const STORE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
  local data = cjson.decode(redis.call('HGET', KEYS[2], 'data'))
  if type(data) ~= 'table' then data = {} end
  if data.coin then return data.coin == ARGV[2] and 1 or -2 end
  data.coin = ARGV[2]
  redis.call('HSET', KEYS[2], 'data', cjson.encode(data))
  if redis.call('HSET', KEYS[3], ARGV[2], ARGV[3]) == 0 then return 0 end
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('LPUSH', KEYS[4], cjson.encode({ hash = ARGV[2], at = at, miner = ARGV[4] }))
  redis.call('LTRIM', KEYS[4], 0, ARGV[5] - 1)
  return 1`;

export interface FoundCoin {
  jobId: string;
  /** Lock token of this run of the job. */
  token: string;
  /** 64 hex digits. */
  hash: string;
  /** The bytes that were hashed. */
  bytes: Buffer;
  /** Name of the miner. */
  miner: string;
}

/** The lock has expired, and another miner may hold the job: this run must neither write nor finish it. */
export class LockLostError extends Error {
  override name = 'LockLostError';

  constructor(jobId: string) {
    super(`lost the lock of job ${jobId}`);
  }
}

/**
 * Stores a coin in the wallet and on its job. Returns false if the wallet already had it.
 * @throws {LockLostError} if this run no longer holds the job; nothing is written
 */
export async function storeCoin(redis: Redis, coin: FoundCoin): Promise<boolean> {
  const { jobId, token, hash, bytes, miner } = coin;
  const touched = [queueKeys.lock(jobId), queueKeys.job(jobId), keys.wallet, keys.coins];
  const stored = await redis.eval(STORE, 4, ...touched, token, hash, bytes, miner, NEWEST_COINS);
  if (stored === -1) throw new LockLostError(jobId);
  if (stored === -2) throw new Error(`job ${jobId} already has another coin`);
  return stored === 1;
}
