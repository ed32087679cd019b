/**
 * A local copy of Redis' clock, the only clock that all processes share.
 * @module
 */

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

  /** Returns Redis' time, in milliseconds since 1970. */
  now(): number {
    return Math.round(this.#offset + performance.now());
  }
}
