/**
 * What the dashboard's server tells the page.
 * @module
 */
import type { Coin, Stage } from '@dockercoins/common/contract';

/** How much history the server keeps and the page shows, in seconds. */
export const HISTORY_SECONDS = 3600;

/** One second of history, one point of the plot. */
export interface Point {
  /** Whole seconds since 1970. */
  at: number;
  /** Loops a second over the last few seconds; null where it is not known. */
  speed: number | null;
  /** Loops done, exactly. */
  loops: number;
  /** The classic counter; null where nobody has counted yet. */
  hashes: number | null;
  /** Miners that reported within the last seconds. */
  miners: number;
  /** Replicas that answered within the last seconds. */
  rng: number;
  hasher: number;
}

/** Returns the part of a frame that becomes history. */
export function pointOf({ at, speed, loops, hashes, miners, rng, hasher }: Point): Point {
  return { at, speed, loops, hashes, miners, rng, hasher };
}

export interface QueueView {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  completed: number;
  paused: boolean;
}

/** One miner, as it reports itself. */
export interface MinerView {
  id: string;
  name: string;
  host: string;
  /** Milliseconds since its start. */
  ageMs: number;
  loops: number;
  errors: number;
  coins: number;
  /** Loops a second over the last ten seconds; null where it has not been seen for long enough. */
  speed: number | null;
  /** Milliseconds since its last report. */
  silentMs: number;
  /** It has been silent for too long; it leaves the list soon. */
  lost: boolean;
}

/** One stage of the pipeline over the last ten seconds. */
export interface StageView {
  name: 'miner' | 'rng' | 'hasher';
  replicas: number;
  /** Loops or requests that all replicas serve at once; 0 = no limit. */
  slots: number;
  /** Loops a second. */
  throughput: number;
  /** Means, in milliseconds. */
  waitMs: number;
  serviceMs: number;
  /** Mean number of loops in the stage, waiting or served. */
  inFlight: number;
  /** Share of the slots that is busy, 0 to 1 or a little more. */
  utilization: number;
  /** The most loops a second that the stage can serve; null = no limit. */
  limit: number | null;
}

/** The stage that limits the speed. */
export interface Bottleneck {
  name: StageView['name'];
  utilization: number;
  limit: number;
  /** The limit of that stage with one more replica. */
  limitWithOneMore: number;
}

/** Mean and 95th percentile in milliseconds. */
export type LoopTimes = Record<Stage, { mean: number; p95: number }>;

/** All that the page shows of this second. */
export interface Frame extends Point {
  coins: number;
  newestCoins: Coin[];
  queue: QueueView;
  fleet: MinerView[];
  /** Empty while no loop was seen in the last ten seconds. */
  stages: StageView[];
  bottleneck: Bottleneck | null;
  times: LoopTimes | null;
  /** Redis' memory in bytes; max is null if it has no limit. */
  memory: { used: number; max: number | null };
  /** True if the queue can be paused and the board used, with the password. */
  writable: boolean;
}

/** Sent instead of a frame while there are no figures. */
export interface Outage {
  at: number;
  /** True if Redis does not answer, false if it answers something unexpected. */
  away: boolean;
  reason: string;
}
