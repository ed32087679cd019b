import type { Feed } from '../feed/feed.svelte.ts';
import type { Kept } from '../ui/storage.ts';

/** What a user expects of ten miners. */
export interface Guess {
  /** Hashes per second. */
  speed: number;
  /** The key of the settings at that time. The guess says nothing about others. */
  settings: string;
}

/** Number of miners that the guess is about. */
export const GUESS_MINERS = 10;

/** A guess about a simulation is not one about the stack. */
const keyOf = (source: Feed['source']) => `dockercoins.guess.${source}`;

/** Returns this session's guess; undefined before the user has guessed. */
export function loadGuess(storage: Kept, source: Feed['source']): Guess | undefined {
  try {
    const { speed, settings } = JSON.parse(storage.getItem(keyOf(source)) ?? '') as Partial<Guess>;
    return typeof speed === 'number' && typeof settings === 'string'
      ? { speed, settings }
      : undefined;
  } catch {
    return undefined;
  }
}

export function saveGuess(storage: Kept, source: Feed['source'], guess: Guess | undefined): void {
  if (guess === undefined) storage.removeItem(keyOf(source));
  else storage.setItem(keyOf(source), JSON.stringify(guess));
}

/** Writes a speed that somebody guessed: "33", "33.5". */
export function formatGuess(speed: number): string {
  return speed.toLocaleString('en', { maximumFractionDigits: 1 });
}
