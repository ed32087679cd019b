/**
 * An error that repeats every second deserves two log lines: one when it starts, one when it is over.
 * @module
 */
import type { Logger } from './log.ts';

export class WarnOnce {
  readonly #log: Logger;
  readonly #what: string;
  /** The errors logged since the last success. */
  readonly #logged = new Set<string>();

  /** @param what what fails, for instance "cannot report" */
  constructor(log: Logger, what: string) {
    this.#log = log;
    this.#what = what;
  }

  /** Logs the error, unless it has been logged since the last success. Errors that differ only in numbers are the same. */
  warn(err: unknown): void {
    const kind = String(err).replaceAll(/\d+/g, '#');
    if (this.#logged.has(kind)) return;
    this.#logged.add(kind);
    this.#log.warn({ err }, this.#what);
  }

  /** Call this after each success. */
  recovered(): void {
    if (this.#logged.size === 0) return;
    this.#logged.clear();
    this.#log.info(`recovered: ${this.#what}`);
  }
}
