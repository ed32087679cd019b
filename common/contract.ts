/**
 * What the services agree on: names in Redis and the shapes of jobs and results (reports: `reports.ts`).
 * `hashes` and `wallet` come from the original DockerCoins and must not change.
 * @module
 */
/** Name of the BullMQ queue. Each job is one loop. With `QUEUES=n`, the queues are `loops-1` to `loops-n`. */
export const QUEUE_NAME = 'loops';

/** Name of every job in the queue. */
export const JOB_NAME = 'loop';

/**
 * Highest number of jobs that the producer lets wait in a queue, as it bounds Redis' memory: about 300 bytes per job. Only
 * `PRODUCER_BACKLOG` may ask for more. Two seconds of work at 10,000 jobs/s.
 */
export const MAX_BACKLOG = 20_000;

/** Number of random bytes a loop requests from rng. */
export const LOOP_BYTES = 32;

/** Maximum number of bytes in one response from rng. */
export const MAX_RANDOM_BYTES = 65_536;

/** Maximum size of a request body for hasher, in bytes (1 MiB). */
export const MAX_HASHER_BODY = 1_048_576;

/** The most replicas of rng or hasher that a miner's report lists. */
export const MAX_REPORTED_REPLICAS = 100;

/** A hash with this prefix is a coin. */
export const COIN_PREFIX = '0';

/**
 * Redis keys, except those of BullMQ (see `queue-keys.ts`). In a cluster, the braces keep ours on one node, because one
 * command or script touches several of them.
 */
export const keys = {
  /** string: number of loops done; each miner increments it about once a second */
  hashes: 'hashes',
  /** string: when the counts were last reset (microseconds since 1970, by Redis' clock); on the node of `hashes` */
  resetAt: '{hashes}:reset-at',
  /** hash: coin (64 hex digits) → the 32 bytes it was made from */
  wallet: 'wallet',
  /** string with a TTL: the producer that is the leader */
  lease: '{dockercoins}:lease',
  /** sorted set: miner ids, scored by the time of their last report (ms since 1970) */
  miners: '{dockercoins}:miners',
  /** string with a TTL: the last report of one miner, as JSON */
  miner: (id: string) => `{dockercoins}:miner:${id}`,
  /** list: the most recent coins as JSON, newest first */
  coins: '{dockercoins}:coins',
  /** stream: one sample of the whole system per second; the entry id is the second */
  history: '{dockercoins}:history',
  /** string with a TTL: the last report of the producer that is the leader, as JSON */
  producer: '{dockercoins}:producer',
  /** list: users' notes on the plot as JSON, newest first */
  notes: '{dockercoins}:notes',
  /** string with a TTL: there while `npm run incident` has broken something */
  incident: '{dockercoins}:incident',
} as const;

/** Data of a job: usually empty until an attempt finds a coin. */
export interface LoopData {
  /** Every attempt to run this job fails. */
  poison?: true;
  /** 64 hex digits. */
  coin?: string;
  /** The 32 bytes that it is the hash of, as hex digits. */
  bytes?: string;
}

/**
 * Return value of a job. BullMQ keeps it twice, on the job and in its event, so what is not the hash is brief. If an earlier run
 * of the job claimed its coin, only that is known.
 */
export interface LoopResult {
  /** 64 hex digits. */
  hash: string;
  coin: boolean;
  /** Time spent in each stage, in the order of `STAGES` (ms). */
  stageMs?: number[] | undefined;
  /** Names of the replicas that served it; missing if they do not give any. */
  rng?: string | undefined;
  hasher?: string | undefined;
}

/** The stages of a loop, in order. */
export const STAGES = [
  'queueWait',
  'work',
  'rngWait',
  'rngService',
  'hasherWait',
  'hasherService',
] as const;
export type Stage = (typeof STAGES)[number];
