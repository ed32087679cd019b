import { MediaQuery } from 'svelte/reactivity';
import { local } from './storage.ts';
import { StoredChoice } from './stored-choice.svelte.ts';

export const THEMES = ['system', 'light', 'dark'] as const;

/** Light or dark, as the user or the system prefers. */
class Theme {
  readonly #choice = new StoredChoice(local, 'theme', THEMES);
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

  /** Sets the attribute that the style sheet selects the theme by. */
  apply(): void {
    document.documentElement.dataset['theme'] = this.choice;
  }
}

export const theme = new Theme();
