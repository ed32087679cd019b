import { median } from '@dockercoins/common/statistics';
import type { Point } from './frame.ts';
import { sameSettings } from './settings.ts';

/** What determines the speed. */
export type Configuration = Pick<Point, 'miners' | 'rng' | 'hasher' | 'settings'>;

/** A period in which the configuration did not change and the speed had settled. */
export interface Plateau extends Configuration {
  /** Time of the first second with this configuration. */
  from: number;
  /** Time of the last one. */
  to: number;
  /** The seconds in which the speed had settled, oldest first. */
  points: (Point & { speed: number })[];
  /** The median of their speeds, in hashes per second. */
  speed: number;
}

/**
 * After a change, it takes this long until the speed says something about the new configuration: its sliding window is five
 * seconds long, and a miner's figures are up to two seconds old.
 */
const SETTLE_SECONDS = 7;

/** A dead miner or replica counts for a few more seconds, so the end of a period says little about its configuration. */
const LAG_POINTS = 5;

/** Shortest plateau. */
const MIN_POINTS = 5;

/** How long a configuration has to stay the same to be measured. */
export const MEASURING_SECONDS = SETTLE_SECONDS + MIN_POINTS;

/** Seconds further apart than this do not belong to the same plateau. */
const GAP_SECONDS = 2;

export function sameConfiguration(a: Configuration, b: Configuration): boolean {
  return (
    a.miners === b.miners &&
    a.rng === b.rng &&
    a.hasher === b.hasher &&
    sameSettings(a.settings, b.settings)
  );
}

/** Returns the plateaus, oldest first. The last one may still be growing. */
export function plateausOf(points: readonly Point[]): Plateau[] {
  return periodsOf(points).flatMap((period, index, periods) => {
    const first = period[0];
    const last = period.at(-1);
    if (first === undefined || last === undefined) return [];
    const settled = period
      .filter(({ at }) => at - first.at >= SETTLE_SECONDS)
      .filter((point): point is Plateau['points'][number] => point.speed !== null);
    if (settled.length < MIN_POINTS) return [];
    const isOver = index < periods.length - 1;
    const measured = isOver
      ? settled.slice(0, Math.max(MIN_POINTS, settled.length - LAG_POINTS))
      : settled;
    const { miners, rng, hasher, settings } = first;
    const speed = median(measured.map((point) => point.speed));
    return [
      { miners, rng, hasher, settings, from: first.at, to: last.at, points: measured, speed },
    ];
  });
}

/** Splits the points at changes of the configuration, gaps, and problems. */
function periodsOf(points: readonly Point[]): Point[][] {
  const periods: Point[][] = [];
  let previous: Point | undefined;
  for (const point of points) {
    const continues =
      previous !== undefined &&
      point.at - previous.at <= GAP_SECONDS &&
      !point.troubled &&
      !previous.troubled &&
      sameConfiguration(point, previous);
    if (continues) periods.at(-1)?.push(point);
    else periods.push([point]);
    previous = point;
  }
  return periods;
}
