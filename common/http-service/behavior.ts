/**
 * How long a replica of rng or hasher takes for a request, and whether it fails or hangs, by its settings: the rule, without
 * the clock and without a source of random numbers.
 * @module
 */
import type { Random } from '../random.ts';
import type { Variations } from '../reports.ts';

/** How delays vary around their mean; uniform: from 0 to twice the mean. */
export const DISTRIBUTIONS = ['constant', 'uniform', 'exponential'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

export interface BehaviorSettings {
  /** Mean delay (ms). */
  delayMs: number;
  distribution: Distribution;
  /** Share of requests that fail, and of those that never get a response. */
  errorRate: number;
  hangRate: number;
  /** Name of the slow replica; empty if none is. */
  slowReplica: string;
  slowFactor: number;
}

export interface Behavior {
  /** Draws the delay of the next request, in whole milliseconds, as timers are. */
  nextDelayMs: () => number;
  /** Returns true if the next request is to fail, or is never to get a response. */
  fails: () => boolean;
  hangs: () => boolean;
}

/**
 * Returns the behavior of a replica.
 * @param instance its name
 * @param randomOf returns a sequence of its own for each of these names, so that turning one off does not change the others
 */
export function behaviorOf(
  settings: BehaviorSettings,
  instance: string,
  randomOf: (name: 'delays' | 'errors' | 'hangs') => Random,
): Behavior {
  const { delayMs, distribution, errorRate, hangRate, slowFactor } = settings;
  const meanMs = isSlow(settings, instance) ? delayMs * slowFactor : delayMs;
  const [delays, errors, hangs] = [randomOf('delays'), randomOf('errors'), randomOf('hangs')];
  return {
    nextDelayMs: () => Math.round(drawDelay(distribution, meanMs, delays)),
    fails: () => errors() < errorRate,
    hangs: () => hangs() < hangRate,
  };
}

/** Returns how a replica differs from the usual experiment. */
export function behaviorVariations(settings: BehaviorSettings, instance: string): Variations {
  const { delayMs, distribution, errorRate, hangRate, slowFactor } = settings;
  return {
    ...(distribution !== 'constant' && delayMs > 0 && { delays: distribution }),
    ...(isSlow(settings, instance) && { slower: slowFactor }),
    ...(errorRate > 0 && { errors: errorRate }),
    ...(hangRate > 0 && { hangs: hangRate }),
  };
}

const isSlow = ({ slowReplica, slowFactor, delayMs }: BehaviorSettings, instance: string) =>
  instance === slowReplica && slowFactor !== 1 && delayMs > 0;

/** Returns a random delay with this mean, in the unit of the mean. */
export function drawDelay(distribution: Distribution, mean: number, random: Random): number {
  if (distribution === 'constant') return mean;
  if (distribution === 'uniform') return 2 * mean * random();
  return -mean * Math.log(1 - random()); // the inverse of 1 - e^(-x/mean), its cumulative distribution
}
