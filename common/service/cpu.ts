/**
 * How much of one core this process uses.
 * @module
 */

/** The share is measured anew after this long. */
const WINDOW_MS = 1000;

export class CpuMeter {
  #usedMs = usedMs();
  #at = performance.now();
  #share = 0;

  /**
   * Returns the share of one core that the process used over the last second, or since the previous call if that is longer
   * ago. It exceeds 1 if several threads are busy.
   */
  share(): number {
    const at = performance.now();
    if (at - this.#at >= WINDOW_MS) {
      const used = usedMs();
      this.#share = (used - this.#usedMs) / (at - this.#at);
      this.#usedMs = used;
      this.#at = at;
    }
    return this.#share;
  }
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
