/**
 * A circuit breaker for one replica. While the circuit is open, loops use the other replicas, and probes in the
 * background find out when this one is back.
 * @module
 */
import type { Logger } from '@dockercoins/common/service/log';

/** The pause before each probe doubles when a replica fails again soon after it came back. */
const PAUSE_MS = { shortest: 500, longest: 8000 };

interface CircuitOptions {
  /** Name of the replica in the log. */
  name: string;
  /** Resolves to true if the replica answers, and to false if it does not or the signal is aborted. */
  probe: (signal: AbortSignal) => Promise<boolean>;
  log: Logger;
}

export class CircuitBreaker implements Disposable {
  readonly #options: CircuitOptions;
  /** Undefined while the circuit is closed. */
  #probing: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = PAUSE_MS.shortest;
  #closedAt = -Infinity;
  #disposed = false;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#probing !== undefined;
  }

  /** Opens the circuit until the replica answers. */
  open(err: Error): void {
    if (this.isOpen || this.#disposed) return;
    const { name, log } = this.#options;
    log.warn({ err }, `not using ${name} for now`);
    const again = performance.now() - this.#closedAt < PAUSE_MS.longest;
    this.#pauseMs = again ? Math.min(2 * this.#pauseMs, PAUSE_MS.longest) : PAUSE_MS.shortest;
    this.#probing = new AbortController();
    this.#probeLater(this.#probing.signal);
  }

  close(): void {
    if (!this.isOpen) return;
    this.#stopProbing();
    this.#closedAt = performance.now();
    this.#options.log.info(`using ${this.#options.name} again`);
  }

  #probeLater(signal: AbortSignal): void {
    this.#timer = setTimeout(() => void this.#probe(signal), this.#pauseMs);
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const isBack = await this.#options.probe(signal);
    if (signal.aborted) return;
    if (isBack) this.close();
    else this.#probeLater(signal);
  }

  #stopProbing(): void {
    clearTimeout(this.#timer);
    this.#probing?.abort();
    this.#probing = undefined;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#stopProbing();
  }
}
