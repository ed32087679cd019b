/**
 * A delay that is accurate on average.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** No wait is shortened by more than this, however late earlier timers fired. */
const MAX_CORRECTION_MS = 2;

/**
 * Waits that take a given time on average. Timers usually fire up to 2 ms late; at 100 ms, that costs 1 to 2% of
 * throughput. A busy process starts them late, by the time at which its event loop last woke up, so they may also fire early.
 * Each wait makes up for an earlier one. Waits that run at the same time make up for different ones: if all of them took off
 * the same lateness, they would be too short.
 */
export class Delay {
  readonly #ms: number | (() => number);
  /** How late waits were (ms) that no other has made up for yet, newest last; negative if they were early. */
  readonly #late: number[] = [];

  /** @param ms how long each wait takes, or draws how long the next one takes, in whole milliseconds; 0 sets no timer */
  constructor(ms: number | (() => number)) {
    this.#ms = ms;
  }

  /**
   * @param since when the work that includes this wait began, by `performance.now()`. Time between then and the call
   * counts as lateness and is made up for in later waits, not in this one.
   * @throws an `AbortError` if the signal is aborted; never with a delay of 0
   */
  async wait(since = performance.now(), signal?: AbortSignal): Promise<void> {
    const ms = typeof this.#ms === 'number' ? this.#ms : this.#ms();
    if (ms === 0) return;
    const earlier = this.#late.pop() ?? 0;
    const correction = Math.min(Math.floor(earlier), MAX_CORRECTION_MS, ms - 1);
    await sleep(ms - correction, undefined, signal === undefined ? {} : { signal });
    const late = earlier + performance.now() - since - ms;
    this.#late.push(Math.min(late, MAX_CORRECTION_MS + 1));
  }
}
