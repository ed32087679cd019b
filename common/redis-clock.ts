/**
 * Redis' time without asking Redis: the one clock that all processes share, whatever their machines' clocks show.
 * @module
 */
export class RedisClock {
  /** Redis' time minus ours, in milliseconds. Until Redis answered, this machine's clock has to do. */
  #offset = performance.timeOrigin;

  /** @param redisMs Redis' time in milliseconds since 1970, as it just answered */
  set(redisMs: number): void {
    this.#offset = redisMs - performance.now();
  }

  /** Milliseconds since 1970. Steps of this machine's clock do not change it. */
  now(): number {
    return Math.round(this.#offset + performance.now());
  }
}
