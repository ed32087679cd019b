/**
 * How a replica of rng or hasher differs from the usual experiment, by its settings.
 * @module
 */
import { hash, randomInt } from 'node:crypto';
import { randomFrom, type Random } from '../random.ts';
import { behaviorOf, describeBehavior, type Behavior, type BehaviorSettings } from './behavior.ts';

export interface VariationSettings extends BehaviorSettings {
  /** Memory kept per request. */
  leakKb: number;
  /** Seed of everything random; 0 = a random one. */
  seed: number;
  /** Whether to describe the variations. */
  show: boolean;
}

export interface Variations extends Behavior {
  /** Leaks the memory of one request. */
  leak: () => void;
  /** In words, with the replica as the subject: "fails 5% of requests". Empty if they are not to be shown. */
  words: string[];
}

/**
 * Returns the variations of this replica, or undefined. With a seed, it draws the same delays, errors and
 * hangs after each start; other replicas draw others. Each of the three has its own sequence, so turning one off does not
 * change the others.
 * @param instance name of this replica
 */
export function createVariations(
  settings: VariationSettings,
  instance: string,
): Variations | undefined {
  const { leakKb, show } = settings;
  const words = [
    ...describeBehavior(settings, instance),
    ...(leakKb === 0 ? [] : [`leaks ${leakKb} KiB per request`]),
  ];
  if (words.length === 0) return undefined;

  const seed = settings.seed === 0 ? randomInt(1, 2 ** 31) : settings.seed;
  const leaked: Buffer[] = [];
  return {
    ...behaviorOf(settings, instance, (name) => seededRandom(`${seed} ${instance} ${name}`)),
    leak() {
      // Filled, because the operating system provides memory only once it is written to.
      if (leakKb > 0) leaked.push(Buffer.alloc(leakKb * 1024, 1));
    },
    words: show ? words : [],
  };
}

export function seededRandom(seed: string): Random {
  return randomFrom(Number.parseInt(hash('sha256', seed).slice(0, 8), 16));
}
