/**
 * What the dashboard reads from Redis once a second, and what a simulation yields instead.
 * @module
 */
import type { Coin, MinerReport, ProducerReport } from '@dockercoins/common/reports';
import type { FailedJob, Note } from './frame.ts';
import type { QueueTotals } from './queue-totals.ts';
import type { RawReading } from './rate.ts';

export interface MinerSample extends MinerReport {
  /** Milliseconds since its last report, by Redis' clock; at least 0. */
  silentMs: number;
}

/** An active job, as its lock shows it. */
export interface HeldJob {
  /** Name of its queue and its id there. */
  id: string;
  /** Name of the miner that took it. */
  miner: string;
  /** Milliseconds until its lock expires; negative if it has expired. */
  lockMs: number;
}

/** Active jobs that are read from each queue: more than a miner loses at once, also with `npm start -- --fast`. */
export const MAX_HELD = 200;

export interface Sample {
  /** Redis' time in milliseconds since 1970; of a simulation, since its start. */
  time: number;
  reading: RawReading;
  /** Number of jobs ever added. */
  added: number;
  hashes: number | null;
  coins: number;
  newestCoins: Coin[];
  queue: QueueTotals;
  /** Name of the producer that holds the lease; null if none does. */
  leader: string | null;
  producer: ProducerReport | undefined;
  /** The jobs that were taken first, at most {@link MAX_HELD} of each queue. */
  held: HeldJob[];
  failures: FailedJob[];
  miners: MinerSample[];
  notes: Note[];
  /** True while `npm run incident` has broken something. */
  incident: boolean;
}
