import type { Feed } from '../feed/feed.svelte.ts';
import { session } from '../ui/storage.ts';
import { StoredChoice } from '../ui/stored-choice.svelte.ts';
import { StoredValue } from '../ui/stored-value.svelte.ts';
import type { Answers } from './progress.ts';

/** Whether the guide is open, and the answers so far. The browser forgets both at the end of its session. */
export class Guide {
  readonly #panel = new StoredChoice(session, 'guide', ['closed', 'open']);
  readonly #answers: StoredValue<Answers>;

  /**
   * @param params the query of the page's URL: `?guide` opens it
   * @param source of the figures, so that what was simulated never counts as measured
   */
  constructor(params: URLSearchParams, source: Feed['source']) {
    this.#answers = new StoredValue(session, `answers.${source}`);
    if (params.has('guide')) this.open = true;
  }

  get open(): boolean {
    return this.#panel.value === 'open';
  }

  set open(open) {
    this.#panel.value = open ? 'open' : 'closed';
  }

  get answers(): Answers {
    return this.#answers.value ?? {};
  }

  set answers(answers) {
    this.#answers.value = answers;
  }

  restart(): void {
    this.#answers.value = undefined;
  }
}
