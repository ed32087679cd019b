/**
 * What the services agree on: names in Redis and the shapes of jobs, results and miner reports.
 * `hashes` and `wallet` come from the original DockerCoins and must not change.
 * @module
 */
import type { Histogram } from './histogram.ts';

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

/** Return value of a job: the hash, and whether it is a coin. */
export interface LoopResult {
  hash: string;
  coin: boolean;
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

/** Time spent in one stage by all loops since the miner started. */
export interface StageTimes {
  /** Sum in milliseconds. */
  sum: number;
  /** Distribution of the individual times. */
  spread: Histogram;
}

/** One replica of rng or hasher, as its responses describe it. */
export interface Replica {
  /** Value of its `X-Served-By` header. */
  name: string;
  /** Number of requests it serves concurrently; 0 = no limit; null = not reported. */
  slots: number | null;
  /** Configured delay (ms); null = not reported. */
  delayMs: number | null;
  /** Share of one core that its process uses; null = not reported. */
  cpu: number | null;
  /** Where the miner reaches it: http://172.18.0.5 */
  address?: string | undefined;
  /** How it differs from the usual experiment, in words with the replica as the subject: "fails 5% of requests". */
  variations?: string[] | undefined;
  /**
   * Totals that start again if another replica responds from its address. Missing if it does not report its service time.
   */
  served?: Served | undefined;
}

/** What a replica has done for one miner. */
export interface Served {
  /** Valid responses. */
  responses: number;
  /** Sum of their service times (ms). */
  serviceMs: number;
  /** Time that requests spent at the replica, including waits and requests that failed (ms). */
  spentMs: number;
}

/** The most replicas of one service that a report lists. */
export const MAX_REPORTED_REPLICAS = 100;

/** A replica that a miner does not use for now. */
export interface AvoidedReplica {
  /** Its name if it has ever responded to this miner, otherwise its address. */
  name: string;
  address?: string | undefined;
  reason: string;
}

/** What a miner sees of rng or hasher. Counts are totals since it started. */
export interface UpstreamFigures {
  /** Replicas that responded within the last few seconds and gave their name; at most `MAX_REPORTED_REPLICAS`, like those avoided. */
  replicas: Replica[];
  avoided: AvoidedReplica[];
  /** Requests in progress. */
  pending: number;
  /** Requests that failed. */
  failed: number;
  /** Why the latest of them failed; null if none did. */
  reason: string | null;
  /** Responses without their service time. */
  untimed: number;
}

export type UpstreamName = 'rng' | 'hasher';

/** An entry in the list of recent coins. */
export interface Coin {
  hash: string;
  /** When it was found (ms since 1970). */
  at: number;
  /** Name of the miner that found it. */
  miner: string;
}

/** What each miner reports once a second. Counts and sums are totals since it started. */
export interface MinerReport {
  id: string;
  name: string;
  /** Time since the process started, by its monotonic clock (ms). */
  uptimeMs: number;
  concurrency: number;
  /** Settings (ms): the work of a loop, how long a job's lock lasts, and the shortest time between two updates of `hashes`. */
  workMs: number;
  lockMs: number;
  flushMs: number;
  /** Share of one core that its process uses. */
  cpu: number;
  loops: number;
  errors: number;
  coins: number;
  /** Number of jobs in progress. */
  active: number;
  /** True while it takes no jobs, because rng, hasher or Redis has refused something; missing = false. */
  resting?: boolean | undefined;
  stages: Record<Stage, StageTimes>;
  upstreams: Record<UpstreamName, UpstreamFigures>;
  /** See `Replica.variations`. */
  variations?: string[] | undefined;
}

/** What the producer that is the leader reports once a second. */
export interface ProducerReport {
  name: string;
  /** Number of waiting jobs that it maintains; null if it adds jobs at a fixed rate. */
  target: number | null;
  /** Number of jobs that it did not add since it started, because `MAX_BACKLOG` was reached; missing = 0. */
  dropped?: number | undefined;
  /** Share of one core that its process uses. */
  cpu: number;
  /** See `Replica.variations`. */
  variations?: string[] | undefined;
}
