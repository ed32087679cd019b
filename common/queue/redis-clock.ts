/**
 * A local copy of Redis' clock, the only clock that all processes share.
 * @module
 */

/** Sums of times in milliseconds since 1970 are exact to a quarter of a microsecond. */
const ROUNDING_MS = 0.001;

/**
 * Advances from the last time that Redis reported, by this process's monotonic clock: changes to the
 * machine's clock have no effect. Before the first `set`, it shows this machine's time.
 */
export class RedisClock {
  /** Redis' time minus `performance.now()`. */
  #offset = performance.timeOrigin;

  /** @param redisMs the time that Redis has just returned (ms since 1970) */
  set(redisMs: number): void {
    this.#offset = redisMs - performance.now();
  }

  /** Returns Redis' time, in whole milliseconds since 1970, as Redis and `Date.now()` count them. */
  now(): number {
    return Math.floor(this.#offset + performance.now() + ROUNDING_MS);
  }
}
