/**
 * The setups that the course runs one after the other, and which of them a stack has run.
 * @module
 */
import type { Point, Settings } from './frame.ts';
import type { Plateau } from './plateaus.ts';
import { sameSettings } from './settings.ts';

/** Numbers of replicas. */
export type Scale = Record<'miner' | 'rng' | 'hasher', number>;

const scaled = (miner: number, rng = 1): Scale => ({ miner, rng, hasher: 1 });

/** In the order in which the course runs them. */
export const SETUPS = {
  one: scaled(1),
  two: scaled(2),
  ten: scaled(10),
  'two-rngs': scaled(10, 2),
  'four-rngs': scaled(10, 4),
  'eight-rngs': scaled(10, 8),
};
export type SetupName = keyof typeof SETUPS;

/** The delays and slots that the course is about. */
export const USUAL: Settings = {
  miner: [{ delayMs: 100, slots: 1 }],
  rng: [{ delayMs: 100, slots: 1 }],
  hasher: [{ delayMs: 100, slots: 0 }],
};

/** Returns true if what the course explains holds for these settings. */
export function isUsual(settings: Settings | null): boolean {
  return settings !== null && sameSettings(settings, USUAL);
}

/** Returns true if this many replicas run. */
export const runs = (
  { miner, rng, hasher }: Scale,
  point: Pick<Point, 'miners' | 'rng' | 'hasher'>,
): boolean => point.miners === miner && point.rng === rng && point.hasher === hasher;

/** Returns the latest plateau of these replicas with the usual settings; undefined if they have not run. */
export const latestRun = (scale: Scale, plateaus: readonly Plateau[]): Plateau | undefined =>
  plateaus.findLast(({ settings, ...setup }) => runs(scale, setup) && isUsual(settings));

/** Returns the last setup of the course that has been measured; undefined if none has. */
export const furthestSetup = (plateaus: readonly Plateau[]): SetupName | undefined =>
  (Object.keys(SETUPS) as SetupName[]).findLast((name) => latestRun(SETUPS[name], plateaus));
