import type { Feed } from '../feed/feed.svelte.ts';
import { session } from '../ui/storage.ts';
import { StoredValue } from '../ui/stored-value.svelte.ts';
import type { Expected, Question } from './question.ts';

/** What the page remembers of what-if, until the end of the browser's session or the next reset. */
export class WhatIfState {
  /** Shown on the plot. */
  readonly expected: StoredValue<Expected>;
  readonly question: StoredValue<Question>;

  /** @param source of the figures. A reload restarts simulated time, so nothing about a simulation outlives it. */
  constructor(source: Feed['source']) {
    const storage = source === 'live' ? session : undefined;
    this.expected = new StoredValue(storage, 'expected');
    this.question = new StoredValue(storage, 'question');
  }

  clear(): void {
    this.expected.value = undefined;
    this.question.value = undefined;
  }
}
