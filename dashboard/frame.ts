/**
 * What the dashboard's server tells the page.
 * @module
 */

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

export interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  completed: number;
}

/** All that the page shows of this second. */
export interface Frame extends Point {
  coins: number;
  queue: QueueCounts;
}

/** What is sent instead of a frame while Redis is away. */
export interface Outage {
  at: number;
  away: string;
}
