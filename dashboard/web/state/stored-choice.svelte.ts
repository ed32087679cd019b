/** A choice that the browser remembers, in local storage. */
export class StoredChoice<T extends string> {
  #value: T;
  readonly #key: string;

  /** @param choices the first one is the default */
  constructor(key: string, choices: readonly [T, ...T[]]) {
    this.#key = `dockercoins.${key}`;
    const stored = localStorage.getItem(this.#key);
    this.#value = $state(choices.find((choice) => choice === stored) ?? choices[0]);
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    localStorage.setItem(this.#key, value);
  }
}
