import { session } from '../ui/storage.ts';
import { StoredValue } from '../ui/stored-value.svelte.ts';
import type { Expected, Question } from './question.ts';

/** What the page remembers of what-if, until the end of the browser's session or the next reset. */
export class WhatIfState {
  /** Shown on the plot. */
  readonly expected = new StoredValue<Expected>(session, 'expected');
  readonly question = new StoredValue<Question>(session, 'question');

  clear(): void {
    this.expected.value = undefined;
    this.question.value = undefined;
  }
}
