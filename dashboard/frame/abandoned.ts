/**
 * Active jobs that nobody works on. BullMQ does not know which they are: it only sees, after a while, that a lock was not renewed.
 * @module
 */
import type { AbandonedJob } from './frame.ts';
import type { HeldJob, MinerSample } from './sample.ts';

/** BullMQ renews the lock of a running job after half its duration; this much later it has failed to. */
const LATE_MS = 2000;

export class AbandonedJobs {
  /** Ids of the jobs found so far: nobody takes up a job again before its lock has expired. */
  #known = new Set<string>();

  /**
   * Returns the jobs whose miner
   * - no longer reports,
   * - was started after it took the job, so it is another process with the same name,
   * - has not renewed the lock in time, or
   * - holds more jobs than it processes at once: it has lost those with the oldest locks.
   * @param held the oldest active jobs
   * @param miners those that report
   */
  update(held: HeldJob[], miners: MinerSample[]): AbandonedJob[] {
    const byName = new Map(miners.map((miner) => [miner.name, miner]));
    const inUse = new Map<string, number>();
    const abandoned = held
      .toSorted((a, b) => b.lockMs - a.lockMs)
      .filter(({ id, miner: name, lockMs }) => {
        const miner = byName.get(name);
        if (this.#known.has(id) || miner === undefined) return true;
        const lockAgeMs = miner.lockMs - lockMs;
        if (lockAgeMs > miner.uptimeMs + miner.silentMs) return true;
        if (lockAgeMs > miner.lockMs / 2 + LATE_MS) return true;
        inUse.set(name, (inUse.get(name) ?? 0) + 1);
        return (inUse.get(name) ?? 0) > miner.concurrency;
      })
      .map(({ id, miner, lockMs }) => ({ id, miner, expiresMs: Math.max(0, lockMs) }));
    this.#known = new Set(abandoned.map(({ id }) => id));
    return abandoned;
  }
}
