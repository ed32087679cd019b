/**
 * When one replica is not used, and how soon it is probed: the rule of the circuit breaker, without its clock.
 * @module
 */

/** The pause before each probe doubles if a replica fails again soon after its circuit closed. */
const PAUSE_MS = { min: 500, max: 8000 };

export class Circuit {
  #isOpen = false;
  #pauseMs = PAUSE_MS.min;
  #closedAt = -Infinity;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How long to wait before each probe while the circuit is open (ms). */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /**
   * Returns false if the circuit was open already.
   * @param at now, on a monotonic clock (ms)
   */
  open(at: number): boolean {
    if (this.#isOpen) return false;
    const again = at - this.#closedAt < PAUSE_MS.max;
    this.#pauseMs = again ? Math.min(2 * this.#pauseMs, PAUSE_MS.max) : PAUSE_MS.min;
    this.#isOpen = true;
    return true;
  }

  /** As `open`: returns false if it was closed already. */
  close(at: number): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    this.#closedAt = at;
    return true;
  }
}
