/**
 * Keeps the queue topped up, for as long as this replica holds the lease.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_NAME } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log';
import type { LoopQueue } from '@dockercoins/common/queue';
import type { Lease } from './lease.ts';
import { chunksMissing } from './refill.ts';

/** How often the queue is looked at. A backlog of 100 lasts that long at up to 1,000 jobs a second. */
const INTERVAL_MS = 100;

const SUMMARY_MS = 10_000;

interface ProducerOptions {
  queue: LoopQueue;
  lease: Lease;
  /** Jobs to keep waiting. */
  backlog: number;
  log: Logger;
  /** Called with the number of jobs after each chunk that was added. */
  onAdded?: (jobs: number) => void;
}

/**
 * Refills until `signal` is aborted. Redis may go away in between: the connection says so, and the
 * refill goes on when it is back.
 */
export async function produce(options: ProducerOptions, signal: AbortSignal): Promise<void> {
  const { lease, log } = options;
  let leading: boolean | undefined;
  let added = 0;
  let summaryAt = Date.now();
  while (!signal.aborted) {
    try {
      const held = await lease.hold();
      if (held !== leading)
        log.info(held ? 'leader: refills the queue' : 'standby: another one refills');
      leading = held;
      if (held) added += await refill(options);
    } catch (err) {
      log.debug({ err }, 'could not refill');
      leading = undefined;
    }
    if (added > 0 && Date.now() - summaryAt >= SUMMARY_MS) {
      log.info({ added }, `${added} jobs added`);
      added = 0;
      summaryAt = Date.now();
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Adds what is missing, for as long as the lease is ours. Returns how many jobs that were. */
async function refill({ queue, lease, backlog, onAdded }: ProducerOptions): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'delayed', 'prioritized');
  let added = 0;
  for (const [index, size] of chunksMissing(counts, backlog).entries()) {
    if (index > 0 && !(await lease.hold())) break;
    await queue.addBulk(Array.from({ length: size }, () => ({ name: JOB_NAME, data: {} })));
    added += size;
    onAdded?.(size);
  }
  return added;
}
