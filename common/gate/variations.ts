/**
 * How a replica of rng or hasher differs from the usual experiment, by its settings.
 * @module
 */
import { hash, randomInt } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** How delays vary around their mean; uniform: from 0 to twice the mean. */
export const DISTRIBUTIONS = ['constant', 'uniform', 'exponential'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

export interface VariationSettings {
  /** Mean delay (ms). */
  delayMs: number;
  distribution: Distribution;
  /** Share of requests that fail, and of those that never get a response. */
  errorRate: number;
  hangRate: number;
  /** Memory kept per request. */
  leakKb: number;
  /** Name of the slow replica; empty if none is. */
  slowReplica: string;
  slowFactor: number;
  /** Seed of everything random; 0 = a random one. */
  seed: number;
  /** Whether to describe the variations. */
  show: boolean;
}

export interface Variations {
  /** Draws the delay of the next request, in whole milliseconds, as timers are. */
  nextDelayMs: () => number;
  /** Returns true if the next request is to fail, or is never to get a response. */
  fails: () => boolean;
  hangs: () => boolean;
  /** Leaks the memory of one request. */
  leak: () => void;
  /** In words, with the replica as the subject: "fails 5% of requests". Empty if they are not to be shown. */
  words: string[];
}

/** Returns a random number from 0 (inclusive) to 1 (exclusive). */
type Random = () => number;

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
  const { delayMs, distribution, errorRate, hangRate, leakKb, slowFactor, show } = settings;
  const isSlow = instance === settings.slowReplica && slowFactor !== 1 && delayMs > 0;
  const words = [
    ...(distribution === 'constant' || delayMs === 0 ? [] : [`has ${distribution} delays`]),
    ...(isSlow ? [`is ${slowFactor} times slower`] : []),
    ...(errorRate === 0 ? [] : [`fails ${percent(errorRate)} of requests`]),
    ...(hangRate === 0 ? [] : [`never answers ${percent(hangRate)} of requests`]),
    ...(leakKb === 0 ? [] : [`leaks ${leakKb} KB per request`]),
  ];
  if (words.length === 0) return undefined;

  const seed = settings.seed === 0 ? randomInt(1, 2 ** 31) : settings.seed;
  const [delays, errors, hangs] = ['delays', 'errors', 'hangs'].map((name) =>
    seededRandom(`${seed} ${instance} ${name}`),
  ) as [Random, Random, Random];
  const meanMs = isSlow ? delayMs * slowFactor : delayMs;
  const leaked: Buffer[] = [];
  return {
    nextDelayMs: () => Math.round(drawDelay(distribution, meanMs, delays)),
    fails: () => errors() < errorRate,
    hangs: () => hangs() < hangRate,
    leak() {
      // Filled, because the operating system provides memory only once it is written to.
      if (leakKb > 0) leaked.push(Buffer.alloc(leakKb * 1024, 1));
    },
    words: show ? words : [],
  };
}

/** Returns a random delay with this mean, in the unit of the mean. */
export function drawDelay(distribution: Distribution, mean: number, random: Random): number {
  if (distribution === 'constant') return mean;
  if (distribution === 'uniform') return 2 * mean * random();
  return -mean * Math.log(1 - random()); // the inverse of 1 - e^(-x/mean), its cumulative distribution
}

export function seededRandom(seed: string): Random {
  const generator = xoroshiro128plus(Number.parseInt(hash('sha256', seed).slice(0, 8), 16));
  return () => uniformFloat64(generator);
}

const percent = (share: number) =>
  share.toLocaleString('en', { style: 'percent', maximumSignificantDigits: 3 });
