/**
 * The rule by which the queue is topped up.
 * @module
 */

/** Jobs that no worker has: those that wait, and those that wait for their next attempt. */
export interface Backlog {
  waiting?: number;
  delayed?: number;
  prioritized?: number;
}

/** A chunk is one pipeline to Redis; a longer one would hold up every other client. */
const CHUNK = 500;

/** Returns the number of jobs that no worker has. */
export function backlogOf({ waiting = 0, delayed = 0, prioritized = 0 }: Backlog) {
  return waiting + delayed + prioritized;
}

/** Returns the sizes of the chunks in which to add the jobs missing from `target`; empty if none are missing. */
export function chunksMissing(backlog: Backlog, target: number): number[] {
  const missing = Math.max(0, target - backlogOf(backlog));
  const chunks = Array.from({ length: Math.floor(missing / CHUNK) }, () => CHUNK);
  return missing % CHUNK === 0 ? chunks : [...chunks, missing % CHUNK];
}

/** The backlog lasts this long at the present speed: until well after another replica took over a lease of 2 s. */
const DEMAND_WINDOW_MS = 2000;

/** A bound on memory in Redis, about 300 bytes a job: enough for 10,000 jobs a second. */
const LARGEST_BACKLOG = 20_000;

/**
 * How many jobs the backlog should hold: as many as were taken in the last two seconds. A fixed backlog that is topped
 * up every 100 ms would limit the speed itself: 100 jobs to 1,000 a second.
 */
export class Demand {
  #taken: { at: number; jobs: number }[] = [];
  #left: number | undefined;

  /** Notes the backlog found at a time (ms, monotonic) and returns how large it should be, at least `minimum`. */
  target(backlog: number, at: number, minimum: number): number {
    const jobs = Math.max(0, (this.#left ?? backlog) - backlog);
    this.#left = backlog;
    this.#taken = [
      ...this.#taken.filter((taken) => at - taken.at < DEMAND_WINDOW_MS),
      { at, jobs },
    ];
    const demand = this.#taken.reduce((sum, taken) => sum + taken.jobs, 0);
    return Math.max(minimum, Math.min(demand, LARGEST_BACKLOG));
  }

  /** Notes that jobs were added since. */
  added(jobs: number): void {
    this.#left = (this.#left ?? 0) + jobs;
  }
}
