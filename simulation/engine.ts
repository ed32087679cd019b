/**
 * A discrete-event engine: a virtual clock that jumps from one event to the next. Times are in milliseconds.
 * @module
 */
import TinyQueue from 'tinyqueue';

/** An action that is due at some time. */
export interface Timer {
  readonly at: number;
  /** Events that are due at the same time happen in the order in which they were scheduled. */
  readonly order: number;
  /** Undefined once it has been canceled. */
  action: (() => void) | undefined;
}

export class Engine {
  readonly #timers = new TinyQueue<Timer>([], (a, b) => a.at - b.at || a.order - b.order);
  #order = 0;
  #now = 0;
  #events = 0;

  /** Milliseconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** Number of events that have happened. */
  get events(): number {
    return this.#events;
  }

  /** Schedules an action; a negative delay counts as none. */
  after(ms: number, action: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, action };
    this.#timers.push(timer);
    return timer;
  }

  /** Repeats an action for as long as it returns true; the first time is after `firstMs`. */
  every(ms: number, action: () => boolean, firstMs = ms): void {
    const repeat = () => {
      if (action()) this.after(ms, repeat);
    };
    this.after(firstMs, repeat);
  }

  /** Lets everything happen that is due until `at`, and sets the clock to it. */
  runUntil(at: number): void {
    while (this.step(at));
    this.#now = Math.max(this.#now, at);
  }

  /** Lets the next thing happen, and sets the clock to its time. Returns false if nothing is due until `at`. */
  step(at: number): boolean {
    for (let next = this.#timers.peek(); next !== undefined && next.at <= at;) {
      this.#timers.pop();
      if (next.action !== undefined) {
        this.#now = next.at;
        this.#events++;
        next.action();
        return true;
      }
      next = this.#timers.peek();
    }
    return false;
  }
}

/**
 * A time limit that is set again and again and hardly ever reached. It keeps a single timer in the engine, which is postponed
 * when it fires, so a limit of 25 s for each request costs next to nothing.
 */
export class Deadline {
  readonly #engine: Engine;
  readonly #onReached: () => void;
  /** Infinity while there is no limit. */
  #at = Infinity;
  #timer: Timer | undefined;

  constructor(engine: Engine, onReached: () => void) {
    this.#engine = engine;
    this.#onReached = onReached;
  }

  /** Sets the limit, from now on (ms). */
  set(ms: number): void {
    this.#at = this.#engine.now + ms;
    if (this.#timer !== undefined && this.#timer.at <= this.#at) return;
    if (this.#timer !== undefined) this.#timer.action = undefined;
    this.#schedule();
  }

  clear(): void {
    this.#at = Infinity;
  }

  #schedule(): void {
    this.#timer = this.#engine.after(this.#at - this.#engine.now, this.#fire);
  }

  readonly #fire = () => {
    this.#timer = undefined;
    if (this.#at === Infinity) return;
    if (this.#at > this.#engine.now) {
      this.#schedule();
      return;
    }
    this.#at = Infinity;
    this.#onReached();
  };
}
