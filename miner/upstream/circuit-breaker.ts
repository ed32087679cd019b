/**
 * A circuit breaker for one replica. While the circuit is open, loops use the other replicas, and probes in the background
 * find out when this one responds again.
 * @module
 */
import type { Logger } from '@dockercoins/common/log/log';
import { Circuit } from './circuit.ts';
import type { UpstreamError } from './errors.ts';

interface BreakerOptions {
  /** Name of the replica in the log. */
  name: string;
  /** Resolves to true if the replica responds, to false if it does not or the signal is aborted. */
  probe: (signal: AbortSignal) => Promise<boolean>;
  log: Logger;
}

export class CircuitBreaker implements Disposable {
  readonly #options: BreakerOptions;
  readonly #circuit = new Circuit();
  #probing: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reason = '';
  #disposed = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#circuit.isOpen;
  }

  /** Why the circuit was last opened. */
  get reason(): string {
    return this.#reason;
  }

  /** Opens the circuit until the replica responds to a probe. */
  open(err: UpstreamError): void {
    if (this.#disposed || !this.#circuit.open(performance.now())) return;
    this.#reason = err.reason;
    const { name, log } = this.#options;
    log.warn({ err }, `not using ${name} for now`);
    this.#probing = new AbortController();
    this.#scheduleProbe(this.#probing.signal);
  }

  close(): void {
    if (!this.#circuit.close(performance.now())) return;
    this.#stopProbing();
    this.#options.log.info(`using ${this.#options.name} again`);
  }

  #scheduleProbe(signal: AbortSignal): void {
    this.#timer = setTimeout(() => void this.#probe(signal), this.#circuit.pauseMs);
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
