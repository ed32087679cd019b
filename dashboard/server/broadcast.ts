/**
 * One message for all who listen. Who is slow misses messages, and holds up nobody.
 * @module
 */
export class Broadcast {
  /** The newest message; undefined before the first. */
  latest: string | undefined;
  #next = Promise.withResolvers<boolean>();

  send(message: string): void {
    this.latest = message;
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve(true);
  }

  /** Resolves with true when there is a newer message than now, with false when there will be none. */
  next(): Promise<boolean> {
    return this.#next.promise;
  }

  /** Tells all who listen that it is over. */
  end(): void {
    this.#next.resolve(false);
  }
}
