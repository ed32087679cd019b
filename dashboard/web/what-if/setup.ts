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
  const read = replicas.map(({ delayMs, slots, variations = {} }) => ({
    slow: variations.slower,
    common: {
      [`${NAME}_DELAY_MS`]: delayMs,
      [`${NAME}_SLOTS`]: slots,
      [`${NAME}_DELAY_DISTRIBUTION`]: variations.delays ?? 'constant',
      [`${NAME}_ERROR_RATE`]: variations.errors ?? 0,
      [`${NAME}_HANG_RATE`]: variations.hangs ?? 0,
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
    [`${NAME}_SLOW_FACTOR`]: factor,
  };
}

// If every job is poison, nobody calls rng, so the setup is unknown anyway.
const producerSettings = ({ rate = 0, poisonEvery = 0 }: FrameSettings['producer'] = {}) => ({
  PRODUCER_RATE: rate,
  PRODUCER_POISON_EVERY: poisonEvery,
});
