/**
 * Jobs that arrive at a fixed rate, whatever the miners do: an open system, as visitors of a website are.
 * @module
 */

/** Jobs that should have arrived longer ago are skipped: after a pause of the process, they would all arrive at once. */
const CATCH_UP_MS = 2000;

export class Arrivals {
  readonly #perSecond: number;
  /** Number of jobs that are due, including the fraction of the next one. */
  #due = 0;
  #at: number | undefined;

  /** @param perSecond rate in jobs per second; may be a fraction */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /**
   * Returns how many jobs have become due since the last call. The fraction of a job that remains counts for the next call,
   * so the rate is exact over time.
   * @param at now, on a monotonic clock (ms)
   */
  next(at: number): number {
    const elapsed = Math.min(at - (this.#at ?? at), CATCH_UP_MS);
    this.#at = at;
    this.#due += (elapsed * this.#perSecond) / 1000;
    const whole = Math.floor(this.#due);
    this.#due -= whole;
    return whole;
  }

  /** Starts anew: jobs that were due until now arrived through another replica, or not at all. */
  restart(): void {
    this.#due = 0;
    this.#at = undefined;
  }
}
