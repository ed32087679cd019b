import type { Feed } from '../feed/feed.svelte.ts';
import { session } from '../ui/storage.ts';
import { StoredChoice } from '../ui/stored-choice.svelte.ts';

const CHOICES = ['hidden', 'revealed'] as const;

/**
 * What the page shows only on request, so that students look for it themselves. The browser forgets it at the end of its
 * session, so that the next course starts without the answer.
 */
export class Reveal {
  readonly #bottleneck: StoredChoice<(typeof CHOICES)[number]>;
  readonly #problems: StoredChoice<(typeof CHOICES)[number]>;
  readonly #asked: boolean;

  /**
   * @param params the query of the page's URL: with `?reveal`, the page always shows the bottleneck
   * @param source of the figures, so that the playground reveals nothing on the page of a stack
   */
  constructor(params: URLSearchParams, source: Feed['source']) {
    this.#bottleneck = new StoredChoice(session, `bottleneck.${source}`, CHOICES);
    this.#problems = new StoredChoice(session, `problems.${source}`, CHOICES);
    this.#asked = params.has('reveal');
    if (this.#asked) this.revealed = true;
  }

  /** What limits the speed. */
  get revealed(): boolean {
    return this.#asked || this.#bottleneck.value === 'revealed';
  }

  set revealed(revealed) {
    this.#bottleneck.value = revealed ? 'revealed' : 'hidden';
  }

  /** What is wrong during an incident, or with `SHOW_PROBLEMS=false`. */
  get problems(): boolean {
    return this.#problems.value === 'revealed';
  }

  set problems(revealed) {
    this.#problems.value = revealed ? 'revealed' : 'hidden';
  }
}
