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

const KEY = 'dockercoins.guess';

/** Returns this session's guess; undefined before the user has guessed. */
export function loadGuess(storage: Kept): Guess | undefined {
  try {
    const { speed, settings } = JSON.parse(storage.getItem(KEY) ?? '') as Partial<Guess>;
    return typeof speed === 'number' && typeof settings === 'string'
      ? { speed, settings }
      : undefined;
  } catch {
    return undefined;
  }
}

export function saveGuess(storage: Kept, guess: Guess | undefined): void {
  if (guess === undefined) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(guess));
}

/** Writes a speed that somebody guessed: "33", "33.5". */
export function formatGuess(speed: number): string {
  return speed.toLocaleString('en', { maximumFractionDigits: 1 });
}
