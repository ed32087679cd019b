import { local } from '../ui/storage.ts';

/**
 * A choice that the browser remembers. The main page has this as `StoredChoice`; without Svelte, this page is ten times smaller.
 */
export class Remembered<T extends string> {
  readonly #key: string;
  readonly #choices: readonly [T, ...T[]];

  /** @param choices the first one is the default */
  constructor(key: string, choices: readonly [T, ...T[]]) {
    this.#key = `dockercoins.${key}`;
    this.#choices = choices;
  }

  get value(): T {
    const stored = local.getItem(this.#key);
    return this.#choices.find((choice) => choice === stored) ?? this.#choices[0];
  }

  set value(value: T) {
    local.setItem(this.#key, value);
  }
}
