/**
 * Active jobs whose miner died. BullMQ does not know which they are: it only sees, after a while, that a lock was not renewed.
 * @module
 */
import type { AbandonedJob } from '../frame.ts';
import type { HeldJob, MinerSample } from './sample.ts';

/** BullMQ renews the lock of a running job after half its duration; this much later it has failed to. */
const LATE_MS = 2000;

/**
 * Returns the jobs whose miner no longer reports, or whose lock is overdue for renewal because a new miner has the name.
 * @param miners those that report
 */
export function abandonedOf(held: HeldJob[], miners: MinerSample[]): AbandonedJob[] {
  const lockMsOf = new Map(miners.map(({ name, lockMs }) => [name, lockMs]));
  return held
    .filter(({ miner, lockMs }) => {
      const duration = lockMsOf.get(miner);
      return duration === undefined || lockMs < duration / 2 - LATE_MS;
    })
    .map(({ id, miner, lockMs }) => ({ id, miner, expiresMs: Math.max(0, lockMs) }));
}
