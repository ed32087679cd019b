/**
 * What a class expects of a setup, before it sees the prediction.
 * @module
 */
import type { Prediction } from './predict.ts';
import type { Setup } from './setup.ts';

export interface Guess {
  /** Empty if there is only one visitor. */
  name: string;
  /** Hashes per second. */
  speed: number;
}

/** A setup and the guesses about it. */
export interface Question {
  target: Setup;
  /** What distinguishes it from what ran: "10 miners, 4 rngs". */
  words: string;
  guesses: Guess[];
  /** When it was asked (seconds since 1970). */
  at: number;
  /** Whether predictions are shown. From then on, there are no more guesses. */
  answered: boolean;
}

/** A prediction that was made before its setup ran. */
export interface Expected {
  target: Setup;
  prediction: Prediction;
  /** When it was made (seconds since 1970). */
  at: number;
}

/** Returns the guesses that are closest to a speed: several if they are the same. */
export function closestTo(speed: number, guesses: readonly Guess[]): Guess[] {
  const distance = distanceFrom(speed);
  const least = Math.min(...guesses.map(distance));
  return guesses.filter((guess) => distance(guess) === least);
}

/** Returns the guesses, the closest to a speed first. */
export function byDistanceFrom(speed: number, guesses: readonly Guess[]): Guess[] {
  const distance = distanceFrom(speed);
  return guesses.toSorted((a, b) => distance(a) - distance(b));
}

const distanceFrom = (speed: number) => (guess: Guess) => Math.abs(guess.speed - speed);

/** The plot shows a prediction as a band: it is right if the speed is within this share of it. */
const TOLERANCE = 0.03;

export interface Band {
  /** Hashes per second. */
  low: number;
  high: number;
}

export const bandOf = (speed: number): Band => ({
  low: speed * (1 - TOLERANCE),
  high: speed * (1 + TOLERANCE),
});
