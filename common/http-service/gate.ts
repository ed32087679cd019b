/**
 * First come, first served, `slots` at a time: the rule behind rng's famous bottleneck.
 * @module
 */

/** Frees the slot. Further calls do nothing. */
export type Leave = () => void;

/**
 * Admits up to `slots` callers at once (0 = no limit); the others wait in order of arrival. With `maxWaiting`
 * callers waiting, the gate is `full`; check that before you enter it. It has no clock: `simulation/` uses it, too.
 */
export class Gate {
  readonly slots: number;
  readonly maxWaiting: number;
  /** Number of slots in use. */
  busy = 0;
  /** A Set keeps the order of arrival, and a caller that gives up is removed in constant time. */
  readonly #queue = new Set<() => void>();

  constructor(slots: number, maxWaiting = Infinity) {
    this.slots = slots;
    this.maxWaiting = maxWaiting;
  }

  /** Number of waiting callers. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** True if no more callers should wait. */
  get full(): boolean {
    return this.waiting >= this.maxWaiting;
  }

  /** Takes a slot if one is free; returns undefined otherwise. */
  tryEnter(): Leave | undefined {
    if (this.slots !== 0 && this.busy >= this.slots) return undefined;
    this.busy++;
    return this.#leaveOnce();
  }

  /**
   * Takes a slot, waiting for one if necessary. Does not check `full`.
   * @throws the signal's reason if it is aborted before the caller is admitted
   */
  async enter(signal?: AbortSignal): Promise<Leave> {
    signal?.throwIfAborted();
    const leave = this.tryEnter();
    if (leave !== undefined) return leave;
    const { promise, resolve, reject } = Promise.withResolvers<Leave>();
    const giveUp = this.join((admitted) => {
      signal?.removeEventListener('abort', onAbort);
      resolve(admitted);
    });
    const onAbort = () => {
      giveUp();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /**
   * Joins the line, which is only right if no slot is free. Returns the function that leaves it again.
   * @param admit called with the caller's slot, from within the `Leave` that frees it
   */
  join(admit: (leave: Leave) => void): () => void {
    const admitNext = () => admit(this.#leaveOnce());
    this.#queue.add(admitNext);
    return () => void this.#queue.delete(admitNext);
  }

  #leaveOnce(): Leave {
    let left = false;
    return () => {
      if (!left) this.#leave();
      left = true;
    };
  }

  /** Hands the slot to the next caller in line. It is never free in between, so no newcomer can take it. */
  #leave(): void {
    const [admitNext] = this.#queue;
    if (admitNext === undefined) {
      this.busy--;
      return;
    }
    this.#queue.delete(admitNext);
    admitNext();
  }
}
