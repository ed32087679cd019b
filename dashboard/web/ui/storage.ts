/**
 * What the browser remembers, also if it refuses to.
 * @module
 */

export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * A storage that never throws. If the browser blocks site data or is full, what it did not take is kept until the page is closed.
 */
export class SafeStorage implements Kept {
  readonly #open: () => Storage;
  /** What the browser did not take; null if it did not remove it. */
  readonly #refused = new Map<string, string | null>();

  /** @param open returns the browser's storage; throws if site data is blocked or the browser has no storage */
  constructor(open: () => Storage) {
    this.#open = open;
  }

  getItem(key: string): string | null {
    const refused = this.#refused.get(key);
    if (refused !== undefined) return refused;
    try {
      return this.#open().getItem(key);
    } catch {
      return null;
    }
  }

  setItem(key: string, value: string): void {
    this.#change(key, value, (storage) => storage.setItem(key, value));
  }

  removeItem(key: string): void {
    this.#change(key, null, (storage) => storage.removeItem(key));
  }

  #change(key: string, value: string | null, change: (storage: Storage) => void): void {
    try {
      change(this.#open());
      this.#refused.delete(key);
    } catch {
      this.#refused.set(key, value);
    }
  }
}

/** For good. */
export const local: Kept = new SafeStorage(() => localStorage);

/** For the browser session. */
export const session: Kept = new SafeStorage(() => sessionStorage);
