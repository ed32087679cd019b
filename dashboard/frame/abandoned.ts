/**
 * Active jobs that nobody works on. BullMQ does not know which they are: it only sees, after a while, that a lock was not renewed.
 * @module
 */
import type { AbandonedJob } from './frame.ts';
import type { HeldJob, MinerSample } from './sample.ts';

/** BullMQ renews the lock of a running job after at most half its duration; this much later it has failed to. */
const LATE_MS = 2000;

export class AbandonedJobs {
  /** The jobs found so far, by id: each stays abandoned until it is taken up again, or its lock is renewed after all. */
  #known = new Map<string, HeldJob>();

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
        const known = this.#known.get(id);
        const isSameRun = known !== undefined && known.miner === name && lockMs <= known.lockMs;
        if (isSameRun || miner === undefined) return true;
        const lockAgeMs = miner.lockMs - lockMs;
        if (lockAgeMs > miner.uptimeMs + miner.silentMs) return true;
        if (lockAgeMs > miner.lockMs / 2 + LATE_MS) return true;
        inUse.set(name, (inUse.get(name) ?? 0) + 1);
        return (inUse.get(name) ?? 0) > miner.concurrency;
      });
    this.#known = new Map(abandoned.map((job) => [job.id, job]));
    return abandoned.map(({ id, miner, lockMs }) => ({
      id,
      miner,
      expiresMs: Math.max(0, lockMs),
    }));
  }
}
