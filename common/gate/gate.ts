/**
 * First come, first served, a few at a time: the rule behind rng's famous bottleneck.
 * @module
 */

/** Gives back the slot. Calling it again does nothing. */
export type Leave = () => void;

/**
 * Lets `slots` callers in at once (0 = no limit); the others wait in the order in which they came,
 * in a waiting room for `room` of them.
 */
export class Gate {
  readonly slots: number;
  readonly room: number;
  /** Callers inside now. */
  busy = 0;
  /** A Set keeps the order of arrival and forgets one that goes away in constant time. */
  readonly #queue = new Set<() => void>();

  constructor(slots: number, room = Infinity) {
    this.slots = slots;
    this.room = room;
  }

  /** Callers that wait now. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Whether the waiting room has no place left. */
  get full(): boolean {
    return this.waiting >= this.room;
  }

  /** Takes a slot if one is free. */
  tryEnter(): Leave | undefined {
    if (this.slots !== 0 && this.busy >= this.slots) return undefined;
    this.busy++;
    return this.#leaveOnce();
  }

  /**
   * Waits for a slot. Who asks has seen that the waiting room is not full.
   * @param signal gives up the place in the queue; the promise then rejects with its reason
   */
  async enter(signal?: AbortSignal): Promise<Leave> {
    signal?.throwIfAborted();
    const leave = this.tryEnter();
    if (leave !== undefined) return leave;
    await this.#wait(signal);
    return this.#leaveOnce();
  }

  #wait(signal?: AbortSignal): Promise<undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const giveUp = () => {
      this.#queue.delete(letIn);
      reject(signal?.reason as Error);
    };
    const letIn = () => {
      signal?.removeEventListener('abort', giveUp);
      resolve(undefined);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#queue.add(letIn);
    return promise;
  }

  #leaveOnce(): Leave {
    let left = false;
    return () => {
      if (!left) this.#leave();
      left = true;
    };
  }

  /** The slot goes to the next in the queue without ever being free, so that nobody slips in. */
  #leave(): void {
    const [next] = this.#queue;
    if (next === undefined) {
      this.busy--;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}
