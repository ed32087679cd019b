/**
 * What is read from Redis once per frame, however many clients request it.
 * @module
 */
import type { Broadcast } from './broadcast.ts';

export class OncePerFrame<T> {
  readonly #broadcast: Broadcast;
  readonly #read: () => Promise<T>;
  #value: Promise<T> | undefined;
  /** The frame that was the latest when the value was read. */
  #frame: string | undefined;

  constructor(broadcast: Broadcast, read: () => Promise<T>) {
    this.#broadcast = broadcast;
    this.#read = read;
  }

  /** Returns what was read after the latest frame. Rejects if reading it failed. */
  get(): Promise<T> {
    const { latest } = this.#broadcast;
    if (this.#value === undefined || this.#frame !== latest) {
      this.#frame = latest;
      this.#value = this.#read();
    }
    return this.#value;
  }
}
