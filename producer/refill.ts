/**
 * How many jobs the producer adds.
 * @module
 */
import { MAX_BACKLOG } from '@dockercoins/common/contract';
import { Arrivals } from './arrivals.ts';

/** Jobs that no worker has: waiting for their first attempt, or for the next one. */
export interface Backlog {
  waiting?: number;
  /** Only those due within {@link DUE_SOON_MS}. */
  delayed?: number;
  prioritized?: number;
}

/**
 * Longer than the longest delay before a retry, which is 4 s (`BACKOFF` in `common/retry.ts`). Jobs due later, even next
 * year, are not about to be processed: if they counted, a hundred of them would keep the queue empty until then.
 */
export const DUE_SOON_MS = 5000;

/** Jobs per pipeline to Redis. A longer one would hold up every other client. */
const CHUNK = 500;

/** Returns the number of jobs that no worker has. */
export function backlogOf({ waiting = 0, delayed = 0, prioritized = 0 }: Backlog): number {
  return waiting + delayed + prioritized;
}

/** Returns the sizes of the chunks in which to add the jobs missing from `target`; empty if none are missing. */
export function chunksMissing(backlog: Backlog, target: number): number[] {
  return chunksOf(Math.max(0, target - backlogOf(backlog)));
}

/** Returns how many of the jobs that arrive still fit into a queue. */
export function admissible(arriving: number, backlog: Backlog): number {
  return Math.max(0, Math.min(arriving, MAX_BACKLOG - backlogOf(backlog)));
}

/** Returns the sizes of the chunks in which to add this many jobs; empty for 0. */
export function chunksOf(jobs: number): number[] {
  const chunks: number[] = [];
  for (let left = jobs; left > 0; left -= CHUNK) chunks.push(Math.min(left, CHUNK));
  return chunks;
}

/** The backlog lasts this long at the current speed, which covers a change of leader (lease: 2 s). */
const DEMAND_WINDOW_MS = 2000;

/**
 * How large the backlog should be: as many jobs as workers took in the last two seconds. A fixed backlog that is topped up
 * ten times a second would be a speed limit itself: 100 jobs allow 1,000 jobs/s.
 */
export class Demand {
  readonly #taken: { at: number; jobs: number }[] = [];
  /** The jobs in `#taken`. */
  #demand = 0;
  /** The backlog after the last check and refill. */
  #expected: number | undefined;

  /**
   * Returns how large the backlog should be, at least `minimum`.
   * @param backlog how large it is now
   * @param at now, on a monotonic clock (ms)
   */
  target(backlog: number, at: number, minimum: number): number {
    const jobs = Math.max(0, (this.#expected ?? backlog) - backlog);
    this.#expected = backlog;
    this.#taken.push({ at, jobs });
    this.#demand += jobs;
    while (at - (this.#taken[0]?.at ?? at) >= DEMAND_WINDOW_MS) {
      this.#demand -= this.#taken.shift()?.jobs ?? 0;
    }
    return Math.max(minimum, Math.min(this.#demand, MAX_BACKLOG));
  }

  /** Records that jobs were added after the last check. */
  added(jobs: number): void {
    this.#expected = (this.#expected ?? 0) + jobs;
  }
}

interface RefillOptions {
  /** Minimum number of jobs to keep waiting. */
  minimum: number;
  /** Jobs that arrive per second, whatever the backlog; 0 = as many as it needs. */
  rate: number;
}

/** What to add to a queue now: the sizes of the chunks, and how many more jobs arrived but do not fit. */
interface Addition {
  chunks: number[];
  dropped: number;
}

/** Decides what the leader adds to one queue, from the backlog that it finds at each check. */
export class Refill {
  readonly #minimum: number;
  readonly #arrivals: Arrivals | undefined;
  #demand = new Demand();
  #target: number;

  constructor({ minimum, rate }: RefillOptions) {
    this.#minimum = minimum;
    this.#target = minimum;
    this.#arrivals = rate === 0 ? undefined : new Arrivals(rate);
  }

  /** Number of waiting jobs to maintain; meaningless at a fixed rate. */
  get target(): number {
    return this.#target;
  }

  /** @param at now, on a monotonic clock (ms) */
  next(backlog: Backlog, at: number): Addition {
    if (this.#arrivals !== undefined) {
      const arriving = this.#arrivals.next(at);
      const jobs = admissible(arriving, backlog);
      return { chunks: chunksOf(jobs), dropped: arriving - jobs };
    }
    this.#target = this.#demand.target(backlogOf(backlog), at, this.#minimum);
    return { chunks: chunksMissing(backlog, this.#target), dropped: 0 };
  }

  /** Records that jobs were added after the last check. */
  added(jobs: number): void {
    this.#demand.added(jobs);
  }

  /** Starts anew after another replica has led. */
  restart(): void {
    this.#demand = new Demand();
    this.#arrivals?.restart();
  }
}
