/** A queue that items can join at both ends, like Redis' list of waiting jobs. */
export class Line<T> {
  /** Joined at the front; the last one is the first in line. */
  #front: T[] = [];
  /** Joined at the back. Those before `#taken` have been taken. */
  #back: T[] = [];
  #taken = 0;

  get length(): number {
    return this.#front.length + this.#back.length - this.#taken;
  }

  /** Undefined if the line is empty. */
  get first(): T | undefined {
    return this.#front.at(-1) ?? this.#back[this.#taken];
  }

  push(item: T): void {
    this.#back.push(item);
  }

  pushFront(item: T): void {
    this.#front.push(item);
  }

  /** Removes and returns the first item; undefined if the line is empty. */
  shift(): T | undefined {
    const first = this.#front.pop();
    if (first !== undefined || this.#taken === this.#back.length) return first;
    const item = this.#back[this.#taken++];
    if (this.#taken === this.#back.length) {
      this.#back = [];
      this.#taken = 0;
    } else if (this.#taken > 1000 && 2 * this.#taken > this.#back.length) {
      this.#back = this.#back.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }
}
