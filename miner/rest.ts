/**
 * Keeps a worker from taking jobs for a while. Jobs that it is running go on, and other miners are not affected.
 * @module
 */
import type { Worker } from 'bullmq';

export class Rest {
  readonly #worker: Pick<Worker, 'pause' | 'resume'>;
  #timer: NodeJS.Timeout | undefined;
  /** By the monotonic clock (ms). */
  #endsAt = -Infinity;

  constructor(worker: Pick<Worker, 'pause' | 'resume'>) {
    this.#worker = worker;
  }

  get isResting(): boolean {
    return this.#timer !== undefined;
  }

  /** Takes no jobs for at least this long (ms). A longer rest that has begun goes on. */
  take(ms: number): void {
    const endsAt = performance.now() + ms;
    if (endsAt <= this.#endsAt) return;
    this.#endsAt = endsAt;
    clearTimeout(this.#timer);
    void this.#worker.pause(true); // true: without waiting for running jobs
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#worker.resume();
    }, ms);
  }

  /** Must be called before the worker is closed. No rest begins after that. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#endsAt = Infinity;
  }
}
