/**
 * Trouble that repeats every second deserves two lines in the log: one when it starts, one when it is over.
 * @module
 */
import type { Logger } from './log.ts';

export class Trouble {
  readonly #log: Logger;
  readonly #what: string;
  /** The errors logged since the trouble started. */
  readonly #logged = new Set<string>();

  /** @param what what does not work, for instance "cannot report" */
  constructor(log: Logger, what: string) {
    this.#log = log;
    this.#what = what;
  }

  /** Logs the error as a warning, unless the same one was logged since the trouble started. Numbers do not count. */
  failed(err: unknown): void {
    const kind = String(err).replaceAll(/\d+/g, '#');
    if (this.#logged.has(kind)) return;
    this.#logged.add(kind);
    this.#log.warn({ err }, this.#what);
  }

  /** Call this after each success. */
  over(): void {
    if (this.#logged.size === 0) return;
    this.#logged.clear();
    this.#log.info(`over: ${this.#what}`);
  }
}
