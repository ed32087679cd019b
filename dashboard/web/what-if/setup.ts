/**
 * A setup in the simulation's terms: numbers of replicas, and settings of the services.
 * @module
 */
import type { Point, Setting, Settings as FrameSettings } from '../../frame/frame.ts';
import { DEFAULTS, type Scale, type Settings } from '../../../simulation/settings.ts';

export interface Setup {
  scale: Pick<Scale, 'miner' | 'rng' | 'hasher'>;
  /** Only those that are not the default. */
  settings: Partial<Settings>;
}

/** What of a second of history says which setup ran. */
type Running = Pick<Point, 'miners' | 'rng' | 'hasher' | 'settings'>;

/** Replicas take turns, so it does not matter which of them is the slow one. */
const SLOW = 1;

/**
 * Returns the setup that ran; undefined if part of it is unknown, or if replicas differ in a way that settings cannot express,
 * such as two rngs with delays of their own.
 * @param queues number of queues
 */
export function setupOf(
  { miners, rng, hasher, settings }: Running,
  queues: number,
): Setup | undefined {
  if (rng === null || hasher === null || settings === null) return undefined;
  const all = [
    minerSettings(settings.miner, queues),
    replicaSettings('RNG', settings.rng),
    replicaSettings('HASHER', settings.hasher),
    producerSettings(settings.producer),
  ];
  if (all.includes(undefined)) return undefined;
  const merged = Object.assign({ QUEUES: queues }, ...all) as Partial<Settings>;
  return { scale: { miner: miners, rng, hasher }, settings: withoutDefaults(merged) };
}

/** Returns the latest second whose replicas and settings are known; undefined without one. */
export const latestKnown = <T extends Running>(points: readonly T[]): T | undefined =>
  points.findLast(
    ({ rng, hasher, settings }) => rng !== null && hasher !== null && settings !== null,
  );

/** Returns a text that equal setups have in common. */
export const setupKey = ({ scale, settings }: Setup): string =>
  JSON.stringify([
    scale.miner,
    scale.rng,
    scale.hasher,
    Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** Returns the setup with other settings. */
export const withSettings = ({ scale, settings }: Setup, changes: Partial<Settings>): Setup => ({
  scale,
  settings: withoutDefaults({ ...settings, ...changes }),
});

function withoutDefaults(settings: Partial<Settings>): Partial<Settings> {
  const defaults: Partial<Record<string, unknown>> = DEFAULTS;
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => value !== defaults[name]),
  );
}

function minerSettings(miners: Setting[], queues: number): Partial<Settings> | undefined {
  const [miner, ...others] = miners;
  if (miner === undefined || others.length > 0) return undefined;
  return { MINER_WORK_MS: miner.delayMs, MINER_CONCURRENCY: miner.slots / queues };
}

/** @param replicas the different settings of the replicas; one of them may be slow, all else must be the same */
function replicaSettings(
  NAME: 'RNG' | 'HASHER',
  replicas: FrameSettings['rng'],
): Partial<Settings> | undefined {
  const read = replicas.map(({ delayMs, slots, variations = [] }) => ({
    slow: firstMatch(variations, /^is ([\d.]+) times slower$/),
    common: {
      [`${NAME}_DELAY_MS`]: delayMs,
      [`${NAME}_SLOTS`]: slots,
      [`${NAME}_DELAY_DISTRIBUTION`]:
        firstMatch(variations, /^has (\w+) delays$/) ?? DEFAULTS[`${NAME}_DELAY_DISTRIBUTION`],
      [`${NAME}_ERROR_RATE`]: shareIn(variations, /^fails ([\d.]+)% of requests$/),
      [`${NAME}_HANG_RATE`]: shareIn(variations, /^never answers ([\d.]+)% of requests$/),
    },
  }));
  const [first] = read;
  const common = JSON.stringify(first?.common);
  const slow = read.flatMap((replica) => replica.slow ?? []);
  const [factor] = slow;
  if (first === undefined || slow.length > 1) return undefined;
  if (read.some((replica) => JSON.stringify(replica.common) !== common)) return undefined;
  if (factor === undefined) return first.common;
  return {
    ...first.common,
    [`${NAME}_SLOW_REPLICA`]: `${NAME.toLowerCase()}-${SLOW}`,
    [`${NAME}_SLOW_FACTOR`]: Number(factor),
  };
}

function producerSettings(variations: string[] = []): Partial<Settings> {
  const [rate, poison] = [/^adds ([\d.]+) jobs\/s$/, /^makes 1 job in (\d+) poison$/].map(
    (pattern) => firstMatch(variations, pattern),
  );
  // If every job is poison, nobody calls rng, so the setup is unknown anyway.
  return { PRODUCER_RATE: Number(rate ?? 0), PRODUCER_POISON_EVERY: Number(poison ?? 0) };
}

const shareIn = (variations: string[], pattern: RegExp) =>
  Number(((Number(firstMatch(variations, pattern) ?? 0) * 10) / 1000).toPrecision(6));

/** Returns the first group of the first variation that matches. */
function firstMatch(variations: string[], pattern: RegExp): string | undefined {
  for (const words of variations) {
    const match = pattern.exec(words);
    if (match !== null) return match[1];
  }
  return undefined;
}
