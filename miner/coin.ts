/**
 * Stores a coin exactly once per loop that found one, although a loop may run twice.
 *
 * BullMQ delivers a job at least once. If a miner dies or loses its lock, another miner runs the job again, and that run
 * draws new random bytes: storing a coin under its hash is not idempotent. So the coin is first put onto its job, and only if
 * this miner still holds the job. From then on it is *the* coin of this job: every later run finds it there, puts the same
 * coin into the wallet, which is idempotent, and completes. In a cluster, job and wallet may be on different nodes, so one
 * script could not write both.
 * @module
 */
import { keys, type LoopData } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import type { RedisClient } from '@dockercoins/common/queue/redis';

/** How many of the newest coins the dashboard lists. */
const NEWEST_COINS = 20;

/**
 * The lock token is a fencing token: concurrent runs of a job never share one. Returns 1 if the job has this coin, -1 if the
 * lock is lost, -2 if the job already has another coin. Running it again changes nothing.
 * KEYS: lock, job; ARGV: token, hash, bytes as hex digits.
 */
const CLAIM = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
  local data = cjson.decode(redis.call('HGET', KEYS[2], 'data'))
  if type(data) ~= 'table' then data = {} end
  if data.coin then return data.coin == ARGV[2] and 1 or -2 end
  data.coin = ARGV[2]
  data.bytes = ARGV[3]
  redis.call('HSET', KEYS[2], 'data', cjson.encode(data))
  return 1`;

/** KEYS: newest coins; ARGV: hash, miner, queue, id of the job, length of the list. The time is Redis' own. */
const LIST = `
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  local job = { queue = ARGV[3], id = ARGV[4] }
  redis.call('LPUSH', KEYS[1], cjson.encode({ hash = ARGV[1], at = at, miner = ARGV[2], job = job }))
  redis.call('LTRIM', KEYS[1], 0, ARGV[5] - 1)`;

export interface FoundCoin {
  /** 64 hex digits. */
  hash: string;
  /** The bytes that were hashed. */
  bytes: Buffer;
}

/** A run of a job that found a coin. */
interface CoinRun {
  queue: string;
  jobId: string;
  /** Lock token of this run. */
  token: string;
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
 * Records on the job which coin it found.
 * @throws {LockLostError} if this run no longer holds the job; nothing is written
 */
export async function claimCoin(
  redis: RedisClient,
  { queue, jobId, token }: CoinRun,
  { hash, bytes }: FoundCoin,
): Promise<void> {
  const { lock, job } = queueKeys(queue);
  const hex = bytes.toString('hex');
  const claimed = await redis.eval(CLAIM, 2, lock(jobId), job(jobId), token, hash, hex);
  if (claimed === -1) throw new LockLostError(jobId);
  if (claimed === -2) throw new Error(`job ${jobId} already has another coin`);
}

/** Returns the coin that an earlier run of this job claimed; undefined if none did. */
export function claimedCoin(data: LoopData | null): FoundCoin | undefined {
  if (data?.coin === undefined || data.bytes === undefined) return undefined;
  return { hash: data.coin, bytes: Buffer.from(data.bytes, 'hex') };
}

/**
 * Puts a claimed coin into the wallet. Returns false if the wallet already had it.
 * @param send sends a command; it may repeat one that Redis refuses
 */
export async function storeCoin(
  redis: RedisClient,
  { queue, jobId, miner }: CoinRun,
  { hash, bytes }: FoundCoin,
  send: <T>(command: () => Promise<T>) => Promise<T> = (command) => command(),
): Promise<boolean> {
  if ((await send(() => redis.hset(keys.wallet, hash, bytes))) === 0) return false;
  await send(() => redis.eval(LIST, 1, keys.coins, hash, miner, queue, jobId, NEWEST_COINS));
  return true;
}
