import { MediaQuery } from 'svelte/reactivity';
import { StoredChoice } from './stored-choice.svelte.ts';

export const THEMES = ['system', 'light', 'dark'] as const;

/** Light or dark: as the system has it, or as this browser was told. */
class Theme {
  readonly #choice = new StoredChoice('theme', THEMES);
  readonly #systemIsDark = new MediaQuery('(prefers-color-scheme: dark)');

  get choice() {
    return this.#choice.value;
  }

  set choice(choice) {
    this.#choice.value = choice;
    this.apply();
  }

  get dark(): boolean {
    return this.choice === 'dark' || (this.choice === 'system' && this.#systemIsDark.current);
  }

  /** Tells the style sheet. */
  apply(): void {
    document.documentElement.dataset['theme'] = this.choice;
  }
}

export const theme = new Theme();
