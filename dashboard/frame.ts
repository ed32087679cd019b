/**
 * What the dashboard's server sends to the page once a second.
 * @module
 */
import type { Coin, Stage } from '@dockercoins/common/contract';

/** How much history the server keeps and the page shows, in seconds. */
export const HISTORY_SECONDS = 3600;

/** One second of history: one point of the plot. */
export interface Point {
  /** Whole seconds since 1970. */
  at: number;
  /** Loops per second over the last few seconds; null if unknown. */
  speed: number | null;
  /** Exact number of loops completed. */
  loops: number;
  /** The classic counter; null until a miner has counted. */
  hashes: number | null;
  /** Miners that reported within the last few seconds. */
  miners: number;
  /** Replicas that served a miner within the last few seconds. */
  rng: number;
  hasher: number;
}

/** Returns the fields of a frame that go into the history. */
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

/** One miner, from its own reports. */
export interface MinerView {
  id: string;
  name: string;
  host: string;
  /** Milliseconds since it started. */
  ageMs: number;
  loops: number;
  errors: number;
  coins: number;
  /** Loops per second over the last ten seconds; null until it has reported twice. */
  speed: number | null;
  /** Milliseconds since its last report. */
  silentMs: number;
  /** True if it has been silent for too long. Its report expires soon, and with it this entry. */
  lost: boolean;
}

/** One stage of the pipeline over the last ten seconds. */
export interface StageView {
  name: 'miner' | 'rng' | 'hasher';
  replicas: number;
  /** Loops or requests that all replicas together serve at once; 0 = unlimited. */
  slots: number;
  /** Loops per second. */
  throughput: number;
  /** Means, in milliseconds. */
  waitMs: number;
  serviceMs: number;
  /** Mean number of loops in the stage, waiting or being served. */
  inFlight: number;
  /** Share of the slots that is busy, from 0 to 1; measurement error may push it slightly over 1. */
  utilization: number;
  /** Maximum throughput of the stage, in loops per second; null = unlimited. */
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

/** Mean and 95th percentile of each stage, in milliseconds. */
export type LoopTimes = Record<Stage, { mean: number; p95: number }>;

/** Everything the page shows for one second. */
export interface Frame extends Point {
  coins: number;
  newestCoins: Coin[];
  queue: QueueView;
  fleet: MinerView[];
  /** Empty if no loop was reported in the last ten seconds. */
  stages: StageView[];
  bottleneck: Bottleneck | null;
  times: LoopTimes | null;
  /** Redis' memory in bytes; max is null if it has no limit. */
  memory: { used: number; max: number | null };
  /** True if a logged-in user can pause the queue and make changes in Bull Board. */
  writable: boolean;
}

/** Sent instead of a frame if Redis cannot be read. */
export interface Outage {
  at: number;
  /** True if Redis is unreachable, false if it returned an error or unexpected data. */
  unreachable: boolean;
  reason: string;
}
