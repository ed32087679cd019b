/**
 * How the queue changes from sample to sample, and for how long something has been missing.
 * @module
 */
import type { ProducerReport } from '@dockercoins/common/reports';
import type { QueueView } from './frame.ts';
import { growthOf, WINDOW_MS } from './rate.ts';
import type { Sample } from './sample.ts';

interface Counts {
  /** By this process's monotonic clock (ms). */
  at: number;
  added: number;
  waiting: number;
  /** What the leading producer has dropped since it started; undefined if it does not report. */
  producer: Pick<ProducerReport, 'name' | 'dropped'> | undefined;
}

export class QueueWatch {
  #counts: Counts[] = [];
  #leaderSeenAt: number | undefined;
  #jobsSeenAt: number | undefined;
  /** When the backlog was last seen not to grow. */
  #steadyAt: number | undefined;

  /** @param hasMiners whether any miner would take a job */
  update(sample: Sample, hasMiners: boolean): void {
    const { at } = sample.reading;
    const { added, queue, leader, producer } = sample;
    const wasReset = added < (this.#counts.at(-1)?.added ?? 0);
    const earlier = wasReset ? [] : this.#counts.filter((counts) => at - counts.at <= WINDOW_MS);
    this.#counts = [...earlier, { at, added, waiting: queue.waiting, producer }];
    if (leader !== null) this.#leaderSeenAt = at;
    if (queue.waiting > 0 || !hasMiners) this.#jobsSeenAt = at;
    if ((this.rates().growth ?? 0) <= 0) this.#steadyAt = at;
    this.#leaderSeenAt ??= at;
    this.#jobsSeenAt ??= at;
  }

  /**
   * Returns the jobs added and the change of the waiting ones, in jobs per second over the last five seconds. Delayed jobs
   * do not count: they may be due next year.
   */
  rates(): Pick<QueueView, 'added' | 'growth'> {
    return {
      added: growthOf(this.#counts.map(({ at, added }) => ({ at, count: added }))),
      growth: growthOf(this.#counts.map(({ at, waiting }) => ({ at, count: waiting }))),
    };
  }

  /** Returns the jobs dropped per second over the last five seconds; 0 if unknown, as after a change of the leader. */
  dropped(): number {
    const name = this.#counts.at(-1)?.producer?.name;
    const before = this.#counts.findLastIndex(
      ({ producer }) => producer === undefined || producer.name !== name,
    );
    const counts = this.#counts
      .slice(before + 1)
      .map(({ at, producer }) => ({ at, count: producer?.dropped ?? 0 }));
    return Math.max(0, growthOf(counts) ?? 0);
  }

  /** Returns for how long (ms) the backlog has been growing without a break. */
  growingMs(): number {
    const now = this.#counts.at(-1)?.at ?? 0;
    return now - (this.#steadyAt ?? now);
  }

  /** Returns for how long (ms) no producer has held the lease, and no job has been waiting for the miners. */
  missing(): { leaderMs: number; jobsMs: number } {
    const now = this.#counts.at(-1)?.at ?? 0;
    return {
      leaderMs: now - (this.#leaderSeenAt ?? now),
      jobsMs: now - (this.#jobsSeenAt ?? now),
    };
  }
}
