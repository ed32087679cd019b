/**
 * Asks all stacks in rounds, one a second.
 * @module
 */
import type { Summary } from '../../frame/summary.ts';
import type { Answer, Refusal } from './ask.ts';

export const ROUND_MS = 1000;

/** A request that takes longer than this has failed. */
const TIMEOUT_MS = 3000;

/** The most rounds that a stack which fails is left alone. */
const MAX_WAIT = 10;

/** What is known of a stack. */
export interface Contact {
  /** The latest one; undefined before. */
  summary: Summary | undefined;
  /** Why there was none the last time; undefined if there was. */
  refusal: Refusal | undefined;
  /** How often it has been refused since the latest summary. */
  failures: number;
  /** When it was refused for the first time since then (ms since 1970). */
  since: number;
}

type Ask = (url: string, signal: AbortSignal) => Promise<Answer>;

/**
 * In each round, every stack is asked that has answered the question before. One that fails is left alone for some rounds, twice
 * as many each time. Half of that is random, because thirty stacks that fail together should not be asked together.
 */
export class Rounds {
  readonly #ask: Ask;
  readonly #onround: () => void;
  readonly #random: () => number;
  readonly #contacts = new Map<string, Contact>();
  /** The round in which to ask each stack again; Infinity while it is being asked. */
  readonly #due = new Map<string, number>();
  #urls: readonly string[] = [];
  #round = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = new AbortController();

  /**
   * @param onround called in each round, before it asks
   * @param random returns a number from 0 to 1
   */
  constructor(ask: Ask, onround: () => void, random = Math.random) {
    this.#ask = ask;
    this.#onround = onround;
    this.#random = random;
  }

  /** Asks these stacks from the next round on, and no others. */
  follow(urls: readonly string[]): void {
    this.#urls = urls;
  }

  /** Returns what is known of a stack; undefined before its first answer. */
  contact(url: string): Contact | undefined {
    return this.#contacts.get(url);
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#stopped = new AbortController();
    this.#timer = setInterval(() => this.#next(), ROUND_MS);
    this.#next();
  }

  /** Aborts what is being asked. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stopped.abort();
  }

  #next(): void {
    this.#round++;
    this.#onround();
    for (const url of this.#urls) {
      if ((this.#due.get(url) ?? 0) <= this.#round) void this.#askOne(url);
    }
  }

  async #askOne(url: string): Promise<void> {
    this.#due.set(url, Infinity);
    const stopped = this.#stopped.signal;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
    const answer = await this.#ask(url, AbortSignal.any([stopped, timeout.signal]));
    clearTimeout(timer);
    if (stopped.aborted) {
      this.#due.set(url, 0);
      return;
    }
    const contact = after(this.#contacts.get(url), answer);
    this.#contacts.set(url, contact);
    this.#due.set(url, this.#round + this.#wait(contact));
  }

  /** Returns the number of rounds until the next request. */
  #wait({ failures }: Contact): number {
    const rounds = Math.min(MAX_WAIT, 2 ** failures);
    return failures === 0 ? 1 : Math.ceil(rounds * (0.5 + this.#random() / 2));
  }
}

function after(contact: Contact | undefined, answer: Answer): Contact {
  if (answer.kind === 'summary') {
    return { summary: answer.summary, refusal: undefined, failures: 0, since: 0 };
  }
  const { summary, failures = 0, since = 0 } = contact ?? {};
  return {
    summary,
    refusal: answer.kind,
    failures: failures + 1,
    since: failures === 0 ? Date.now() : since,
  };
}
