/**
 * How the queue changes from sample to sample, and for how long something has been missing.
 * @module
 */
import type { QueueView } from './frame.ts';
import { growthOf, WINDOW_MS } from './rate.ts';
import type { Sample } from './sample.ts';

interface Counts {
  /** By this process's monotonic clock (ms). */
  at: number;
  added: number;
  waiting: number;
  /** As the leading producer reports it, since it started. */
  dropped: number;
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
    this.#counts = [
      ...earlier,
      { at, added, waiting: queue.waiting, dropped: producer?.dropped ?? 0 },
    ];
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
    const counts = this.#counts.map(({ at, dropped }) => ({ at, count: dropped }));
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
