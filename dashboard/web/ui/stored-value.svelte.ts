import type { Kept } from './storage.ts';

/** A value, or none, that the browser remembers as JSON. Without a storage, a reload forgets it. */
export class StoredValue<T> {
  #value = $state.raw<T>();
  readonly #storage: Kept | undefined;
  readonly #key: string;

  /** @param storage for good, or for the browser session */
  constructor(storage: Kept | undefined, key: string) {
    this.#storage = storage;
    this.#key = `dockercoins.${key}`;
    try {
      this.#value = JSON.parse(storage?.getItem(this.#key) ?? '') as T;
    } catch {
      // nothing is stored
    }
  }

  get value(): T | undefined {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    if (value === undefined) this.#storage?.removeItem(this.#key);
    else this.#storage?.setItem(this.#key, JSON.stringify(value));
  }
}
