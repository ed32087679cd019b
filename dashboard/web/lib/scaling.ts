/**
 * How the speed grows with the number of miners, measured from the history.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { Point } from '../../frame.ts';

export interface Measurement {
  miners: number;
  /** Median, in hashes per second. */
  speed: number;
  /** speed / (miners × speed of one miner); null if the latter is unknown. */
  efficiency: number | null;
}

export interface Scaling {
  /** One per number of miners, fewest first. */
  measurements: Measurement[];
  /** Measured speed of a single miner; null if one miner never ran alone. */
  speedOfOne: number | null;
}

/** After a change, it takes this long until the speed's sliding window contains no older values. */
const SETTLE_SECONDS = 7;
const GAP_SECONDS = 2;

/**
 * Measures the speed for each number of miners that ran with the current number of rng and hasher
 * replicas. Skips seconds right after a change or a gap, seconds without miners, and seconds in which
 * rng or hasher was not called (their 0 means unknown).
 */
export function scalingOf(history: readonly Point[]): Scaling {
  const points = history.filter(({ miners, rng, hasher }) => miners > 0 && rng > 0 && hasher > 0);
  const newest = points.at(-1);
  if (newest === undefined) return { measurements: [], speedOfOne: null };
  const speedsByMiners = new Map<number, number[]>();
  let previous: Point | undefined;
  let unchangedSince = 0;
  for (const point of points) {
    const unchanged =
      previous !== undefined &&
      point.at - previous.at <= GAP_SECONDS &&
      point.miners === previous.miners &&
      point.rng === previous.rng &&
      point.hasher === previous.hasher;
    if (!unchanged) unchangedSince = point.at;
    previous = point;
    const settled = point.at - unchangedSince >= SETTLE_SECONDS;
    const comparable = point.rng === newest.rng && point.hasher === newest.hasher;
    if (!settled || !comparable || !point.speed) continue;
    const speeds = speedsByMiners.get(point.miners) ?? [];
    speeds.push(point.speed);
    speedsByMiners.set(point.miners, speeds);
  }
  const speedsOfOne = speedsByMiners.get(1);
  const speedOfOne = speedsOfOne === undefined ? null : median(speedsOfOne);
  const measurements = [...speedsByMiners].map(([miners, speeds]) => {
    const speed = median(speeds);
    const efficiency = speedOfOne === null ? null : speed / (miners * speedOfOne);
    return { miners, speed, efficiency };
  });
  return { measurements: measurements.sort((a, b) => a.miners - b.miners), speedOfOne };
}
