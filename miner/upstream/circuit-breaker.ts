/**
 * A circuit breaker for one replica. While the circuit is open, loops use the other replicas, and probes in the background
 * find out when this one responds again.
 * @module
 */
import type { Logger } from '@dockercoins/common/service/log';
import type { UpstreamError } from './errors.ts';

/** The pause before each probe doubles if a replica fails again soon after its circuit closed. */
const PAUSE_MS = { min: 500, max: 8000 };

interface BreakerOptions {
  /** Name of the replica in the log. */
  name: string;
  /** Resolves to true if the replica responds, to false if it does not or the signal is aborted. */
  probe: (signal: AbortSignal) => Promise<boolean>;
  log: Logger;
}

export class CircuitBreaker implements Disposable {
  readonly #options: BreakerOptions;
  /** Undefined while the circuit is closed. */
  #probing: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reason = '';
  #pauseMs = PAUSE_MS.min;
  #closedAt = -Infinity;
  #disposed = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#probing !== undefined;
  }

  /** Why the circuit was last opened. */
  get reason(): string {
    return this.#reason;
  }

  /** Opens the circuit until the replica responds to a probe. */
  open(err: UpstreamError): void {
    if (this.isOpen || this.#disposed) return;
    this.#reason = err.reason;
    const { name, log } = this.#options;
    log.warn({ err }, `not using ${name} for now`);
    const again = performance.now() - this.#closedAt < PAUSE_MS.max;
    this.#pauseMs = again ? Math.min(2 * this.#pauseMs, PAUSE_MS.max) : PAUSE_MS.min;
    this.#probing = new AbortController();
    this.#scheduleProbe(this.#probing.signal);
  }

  close(): void {
    if (!this.isOpen) return;
    this.#stopProbing();
    this.#closedAt = performance.now();
    this.#options.log.info(`using ${this.#options.name} again`);
  }

  #scheduleProbe(signal: AbortSignal): void {
    this.#timer = setTimeout(() => void this.#probe(signal), this.#pauseMs);
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const responds = await this.#options.probe(signal);
    if (signal.aborted) return;
    if (responds) this.close();
    else this.#scheduleProbe(signal);
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
