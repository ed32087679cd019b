/**
 * A wait that takes as long as it should, on average.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** No wait is cut by more than this, however late the ones before were. */
const LONGEST_CUT_MS = 2;

/**
 * A timer fires up to 2 ms late, never early: on a wait of 100 ms that is 1 or 2 percent of the
 * speed. So what one wait came late is taken off the next ones.
 */
export class Delay {
  readonly #ms: number;
  #late = 0;

  /** @param ms how long each wait should take, in milliseconds */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** @param since when the wait began, by `performance.now()`, if that was before the call */
  async wait(since = performance.now(), signal?: AbortSignal): Promise<void> {
    if (this.#ms === 0) return;
    const cut = Math.min(Math.floor(this.#late), LONGEST_CUT_MS, this.#ms - 1);
    await sleep(this.#ms - cut, undefined, signal === undefined ? {} : { signal });
    const late = performance.now() - since - this.#ms;
    this.#late = Math.min(Math.max(0, this.#late + late), LONGEST_CUT_MS + 1);
  }
}
