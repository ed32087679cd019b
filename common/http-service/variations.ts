/**
 * How a replica of rng or hasher differs from the usual experiment, by its settings.
 * @module
 */
import { hash, randomInt } from 'node:crypto';
import { randomFrom, type Random } from '../random.ts';
import type { Variations } from '../reports.ts';
import {
  behaviorOf,
  behaviorVariations,
  type Behavior,
  type BehaviorSettings,
} from './behavior.ts';

export interface VariationSettings extends BehaviorSettings {
  /** Memory kept per request. */
  leakKb: number;
  /** Seed of everything random; 0 = a random one. */
  seed: number;
  /** Whether responses and the log tell the variations. */
  show: boolean;
}

export interface VariedBehavior extends Behavior {
  /** Leaks the memory of one request. */
  leak: () => void;
  /** Undefined if they are not to be shown. */
  shown: Variations | undefined;
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
): VariedBehavior | undefined {
  const { leakKb, show } = settings;
  const variations = {
    ...behaviorVariations(settings, instance),
    ...(leakKb > 0 && { leakKb }),
  };
  if (Object.keys(variations).length === 0) return undefined;

  const seed = settings.seed === 0 ? randomInt(1, 2 ** 31) : settings.seed;
  const leaked: Buffer[] = [];
  return {
    ...behaviorOf(settings, instance, (name) => seededRandom(`${seed} ${instance} ${name}`)),
    leak() {
      // Filled, because the operating system provides memory only once it is written to.
      if (leakKb > 0) leaked.push(Buffer.alloc(leakKb * 1024, 1));
    },
    shown: show ? variations : undefined,
  };
}

export function seededRandom(seed: string): Random {
  return randomFrom(Number.parseInt(hash('sha256', seed).slice(0, 8), 16));
}
