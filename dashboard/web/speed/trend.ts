import type { Point } from '../../frame/frame.ts';
import { formatCount } from '../ui/format.ts';
import { plateausOf, sameConfiguration, type Configuration } from '../../frame/plateaus.ts';
import { sameSettings } from '../../frame/settings.ts';

/** How the speed changed with the last change of the configuration. */
export interface Trend {
  /** `same` if the speeds differ by no more than noise. */
  direction: 'up' | 'down' | 'same';
  /** The speed before, in hashes per second. */
  from: number;
  /** What was different then: "1 miner", "1 miner and 2 rngs"; empty if nothing was. */
  with: string;
}

/** An earlier plateau is of no interest. */
const RECENT_SECONDS = 300;

/** Smaller relative changes are noise. */
const NOISE = 0.05;

/**
 * Compares the current plateau with the latest one of another configuration in which anything was mined. Returns "measuring"
 * while the speed settles after a change; undefined if there is nothing to compare, or nothing known is different.
 */
export function trendOf(points: readonly Point[]): Trend | 'measuring' | undefined {
  const now = points.at(-1);
  if (now?.speed == null || now.troubled) return undefined;
  const recent = plateausOf(points).filter(({ to }) => now.at - to <= RECENT_SECONDS);
  const current = recent.findLast(({ to }) => to === now.at);
  if (current === undefined) return recent.length > 0 && now.miners > 0 ? 'measuring' : undefined;
  const previous = recent.findLast(
    (plateau) => plateau.speed > 0 && !sameConfiguration(plateau, current),
  );
  if (previous === undefined) return undefined;
  const change = current.speed - previous.speed;
  const isNoise = Math.abs(change) <= NOISE * Math.max(current.speed, previous.speed);
  const different = differences(previous, current).join(' and ');
  if (isNoise && different === '') return undefined;
  const direction = isNoise ? 'same' : change > 0 ? 'up' : 'down';
  return { direction, from: previous.speed, with: different };
}

/** Returns what `then` had that `now` does not have, as far as both are known. */
function differences(then: Configuration, now: Configuration): string[] {
  const counts = [
    ['miner', then.miners, now.miners],
    ['rng', then.rng, now.rng],
    ['hasher', then.hasher, now.hasher],
  ] as const;
  const replicas = counts.flatMap(([name, before, after]) =>
    before === null || after === null || before === after ? [] : [formatCount(before, name)],
  );
  const otherSettings =
    then.settings !== null && now.settings !== null && !sameSettings(then.settings, now.settings);
  return otherSettings ? [...replicas, 'other settings'] : replicas;
}
