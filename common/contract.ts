/**
 * What the parts say to one another: names in Redis, the shape of a job, of a miner's report and
 * of the standard headers. `hashes` and `wallet` are DockerCoins' own names and never change.
 * @module
 */
import type { Histogram } from './histogram.ts';

/** Name of the BullMQ queue. One job in it is one loop. */
export const QUEUE_NAME = 'loops';

/** Name of the jobs in that queue. */
export const JOB_NAME = 'loop';

/** How many random bytes a loop asks of rng. */
export const LOOP_BYTES = 32;

/** The most bytes that rng hands out in one answer. */
export const MAX_RANDOM_BYTES = 65_536;

/** The largest body that hasher takes, in bytes (1 MiB). */
export const MAX_HASHER_BODY = 1_048_576;

/** A hash that begins with this is a coin. */
export const COIN_PREFIX = '0';

/** Names of the keys in Redis, BullMQ's own aside. */
export const keys = {
  /** string: loops done, moved about once a second by each miner */
  hashes: 'hashes',
  /** hash: coin (64 hex digits) to the 32 bytes that it was made of */
  wallet: 'wallet',
  /** string with a time to live: the producer that refills the queue */
  lease: 'dockercoins:lease',
  /** sorted set: id of each miner, scored by when it last reported (ms) */
  miners: 'dockercoins:miners',
  /** string with a time to live: the last report of one miner, as JSON */
  miner: (id: string) => `dockercoins:miner:${id}`,
  /** list: the newest coins as JSON, newest first */
  coins: 'dockercoins:coins',
  /** stream: one sample of the whole a second, its id the second */
  history: 'dockercoins:history',
} as const;

/** What a job carries: nothing, until one of its runs finds a coin (64 hex digits). */
export interface LoopData {
  coin?: string;
}

/** What a job leaves behind: the hash that the loop found, and whether it is a coin. */
export interface LoopResult {
  hash: string;
  coin: boolean;
}

/** The parts of a loop's time, in the order in which they pass. */
export const STAGES = [
  'queueWait',
  'work',
  'rngWait',
  'rngService',
  'hasherWait',
  'hasherService',
] as const;
export type Stage = (typeof STAGES)[number];

/** Times of one stage, of all loops since the miner's start. */
export interface StageTimes {
  /** Sum in milliseconds. */
  sum: number;
  spread: Histogram;
}

/** One replica of rng or hasher, as a miner met it. */
export interface Replica {
  /** The name in its `X-Served-By` header. */
  name: string;
  /** Requests that it serves at once; 0 = no limit. */
  slots: number;
}

/** A coin as the list of the newest has it. */
export interface Coin {
  hash: string;
  /** When it was found, in milliseconds since 1970. */
  at: number;
  /** Name of the miner that found it. */
  miner: string;
}

/** What each miner tells about itself once a second. Counts and sums run since its start. */
export interface MinerReport {
  id: string;
  name: string;
  host: string;
  /** Milliseconds from the start of the process to this report, by its monotonic clock. */
  uptimeMs: number;
  concurrency: number;
  loops: number;
  errors: number;
  coins: number;
  /** Jobs under way now. */
  active: number;
  /** Milliseconds spent in each stage by all loops so far, and how they were spread. */
  stages: Record<Stage, StageTimes>;
  /** Replicas that answered within the last few seconds. */
  replicas: { rng: Replica[]; hasher: Replica[] };
}
