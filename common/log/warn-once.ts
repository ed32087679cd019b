/**
 * Logs a recurring error twice: when it first occurs and when it is over.
 * @module
 */
import { refusalOf } from '../redis-refusal.ts';
import type { Logger } from './log.ts';

export class WarnOnce {
  readonly #log: Logger;
  readonly #message: string;
  /** The errors logged since the last success. */
  readonly #logged = new Set<string>();

  /** @param message describes the failure, for example "cannot report" */
  constructor(log: Logger, message: string) {
    this.#log = log;
    this.#message = message;
  }

  /**
   * Logs the error unless it was logged since the last success. Errors that differ only in numbers count as equal, and so do
   * commands that Redis refused for the same reason. The line then also says what to do.
   * @param words other words for the failure
   */
  warn(err: unknown, words = this.#message): void {
    const refusal = err instanceof Error ? refusalOf(err) : undefined;
    const kind = refusal?.code ?? String(err).replaceAll(/\d+/g, '#');
    if (this.#logged.has(kind)) return;
    this.#logged.add(kind);
    this.#log.warn({ err, advice: refusal?.advice }, words);
  }

  /** Must be called after each success. Logs the recovery in these words if an error was logged before. */
  recovered(words = `recovered: ${this.#message}`): void {
    if (this.#logged.size === 0) return;
    this.#logged.clear();
    this.#log.info(words);
  }
}
