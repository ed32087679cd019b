/**
 * Which replica gets the next request: round robin over those with a closed circuit. Without a clock or addresses.
 * @module
 */

/** How long addresses from a name server or a file are cached (ms). A new replica gets its share after that. */
export const MAX_AGE_MS = 2000;

/** A replica that has not responded for this long is left out of the figures (ms). */
export const REPLICA_MEMORY_MS = 5000;

/** A replica, as far as this rule is concerned. */
export interface Rotated {
  readonly circuit: { readonly isOpen: boolean };
}

/** The targets that a request has already been sent to. */
export type Tried<T> = Pick<ReadonlyMap<T, unknown>, 'has'>;

export class Rotation<T extends Rotated> {
  /** All replicas, in the order in which they are used. */
  targets: readonly T[] = [];
  #turn: number;

  /** @param turn number of the first turn: at random, so that not all miners start with the same replica */
  constructor(turn: number) {
    this.#turn = turn;
  }

  /** Returns the next target with a closed circuit, otherwise the first one with an open circuit, or undefined if all were tried. */
  next(tried: Tried<T>): T | undefined {
    for (let n = this.targets.length; n > 0; n--) {
      const target = this.targets[this.#turn++ % this.targets.length] as T;
      if (isUsable(target, tried)) return target;
    }
    return this.targets.find((target) => !tried.has(target));
  }

  /** Returns true if the request could be repeated at another target with a closed circuit. */
  hasAnother(target: T, tried: Tried<T>): boolean {
    return this.targets.some((other) => other !== target && isUsable(other, tried));
  }
}

const isUsable = <T extends Rotated>(target: T, tried: Tried<T>) =>
  !target.circuit.isOpen && !tried.has(target);
