import type { Kept } from './storage.ts';

/** A choice that the browser remembers. */
export class StoredChoice<T extends string> {
  #value: T;
  readonly #storage: Kept;
  readonly #key: string;

  /**
   * @param storage for good, or for the browser session
   * @param choices the first one is the default
   */
  constructor(storage: Kept, key: string, choices: readonly [T, ...T[]]) {
    this.#storage = storage;
    this.#key = `dockercoins.${key}`;
    const stored = storage.getItem(this.#key);
    this.#value = $state(choices.find((choice) => choice === stored) ?? choices[0]);
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    this.#storage.setItem(this.#key, value);
  }
}
