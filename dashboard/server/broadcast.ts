/**
 * Sends one message to any number of listeners. Slow listeners skip messages and delay nobody.
 * @module
 */
export class Broadcast {
  /** The latest message; undefined before the first one. */
  latest: string | undefined;
  /** Number of listeners that are viewers: open event streams. */
  viewers = 0;
  #next = Promise.withResolvers<boolean>();

  send(message: string): void {
    this.latest = message;
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve(true);
  }

  /** Resolves to true when the next message is sent, to false when the broadcast ends. */
  next(): Promise<boolean> {
    return this.#next.promise;
  }

  end(): void {
    this.#next.resolve(false);
  }
}
