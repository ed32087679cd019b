/**
 * How long a request may take at one replica, whether it is then sent to another one, and which replicas are not used any
 * more. All of it is decided from times that the caller measures.
 * @module
 */
import { BusyError, type UpstreamError } from './errors.ts';
import type { Rotated, Rotation } from './rotation.ts';

/** A request that failed at one target, and how long it took. */
interface Failure {
  err: UpstreamError;
  ms: number;
}

/** The targets at which one request has failed, in this order. */
export type Failures<T> = Map<T, Failure>;

/** A replica times out early if its response takes this many times as long as the slowest recent one. */
const PATIENCE = 3;
/** No replica times out earlier than this (ms). */
const MIN_PATIENCE_MS = 1000;

/** The slowest recent response counts less with every response. After ten loops of a single miner (3 s), a third is left. */
const FADE = 0.9;

interface Guarded extends Rotated {
  readonly circuit: {
    readonly isOpen: boolean;
    open: (err: UpstreamError) => void;
    close: () => void;
  };
}

export class Failover<T extends Guarded> {
  readonly #rotation: Rotation<T>;
  readonly #timeoutMs: number;
  #slowestMs = 0;

  /** @param timeoutMs longest wait for the complete response of one replica */
  constructor(rotation: Rotation<T>, timeoutMs: number) {
    this.#rotation = rotation;
    this.#timeoutMs = timeoutMs;
  }

  /** Returns true if a request that began this long ago (ms) is not repeated: the whole service counts as overloaded. */
  isOver(sinceMs: number): boolean {
    return sinceMs >= 2 * this.#timeoutMs;
  }

  /** Returns how long the response of this target may take (ms). */
  limitMs(target: T, failures: Failures<T>): number {
    const hasAnother = this.#rotation.hasAnother(target, failures);
    return hasAnother ? this.patienceMs(failures.size) : this.#timeoutMs;
  }

  /** Doubles with each failure: if the load has grown suddenly, all replicas have become slower. */
  patienceMs(failures = 0): number {
    const patience = Math.max(MIN_PATIENCE_MS, PATIENCE * this.#slowestMs) * 2 ** failures;
    return Math.min(patience, this.#timeoutMs);
  }

  /**
   * Learns from a valid response. Opens the circuits of the targets that failed before it, except those that are only
   * overloaded. A replica that timed out is no worse than the others unless this one responded in less time.
   */
  learn(target: T, tookMs: number, failures: Failures<T>): void {
    this.#slowestMs = Math.max(tookMs, FADE * this.#slowestMs);
    target.circuit.close();
    for (const [{ circuit }, { err, ms }] of failures) {
      if (!(err instanceof BusyError) || (err.timedOut && tookMs < ms)) circuit.open(err);
    }
  }
}

/** Picks the error to report: a busy replica's if there is one, otherwise a retryable one. */
export function errorToReport(failures: Failures<unknown>): UpstreamError {
  const errors = [...failures.values()].map(({ err }) => err);
  const error =
    errors.find((err) => err instanceof BusyError) ??
    errors.find((err) => err.retryable) ??
    errors[0];
  return error as UpstreamError;
}
