import { StoredChoice } from './stored-choice.svelte.ts';

/**
 * Whether the page shows what limits the speed. Hidden until the trainer reveals it, so that students look for it
 * themselves; forgotten at the end of the browser session, so that the next course starts without the answer.
 */
export class Reveal {
  readonly #choice = new StoredChoice(sessionStorage, 'bottleneck', ['hidden', 'revealed']);

  /** @param params the query of the page's URL: `?reveal` reveals it right away */
  constructor(params: URLSearchParams) {
    if (params.has('reveal')) this.revealed = true;
  }

  get revealed(): boolean {
    return this.#choice.value === 'revealed';
  }

  set revealed(revealed) {
    this.#choice.value = revealed ? 'revealed' : 'hidden';
  }
}
