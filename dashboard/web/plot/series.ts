import type { Point } from '../../frame/frame.ts';

/** Times in seconds, speeds, and the classic graph, as uPlot expects them; null breaks a line. */
export type Series = [number[], (number | null)[], (number | null)[]];

/** A range of times, in seconds since 1970, or since the start of a simulation. */
export interface TimeRange {
  min: number;
  max: number;
}

/** Points further apart than this are not connected. */
const GAP_SECONDS = 2;

/** The time range does not get shorter than this, in seconds. */
const MIN_RANGE = 60;

/**
 * Returns the points of the last `seconds` seconds, with a gap where points are missing.
 *
 * The classic graph is what the original page draws: the difference between two readings of `hashes` a second apart.
 */
export function toSeries(points: readonly Point[], seconds: number): Series {
  const series: Series = [[], [], []];
  const add = (at: number, speed: number | null, classic: number | null) => {
    series[0].push(at);
    series[1].push(speed);
    series[2].push(classic);
  };
  const from = (points.at(-1)?.at ?? 0) - seconds;
  let previous: Point | undefined;
  for (const point of points) {
    if (point.at > from) {
      if (previous !== undefined && point.at - previous.at > GAP_SECONDS)
        add(point.at - 1, null, null);
      add(point.at, point.speed, classicSpeed(previous, point));
    }
    previous = point;
  }
  return series;
}

/**
 * Returns the time range to plot: it ends with the newest point and grows with the data up to `seconds`.
 * @param now the end of the range if there are no points
 */
export function timeRange(points: readonly Point[], seconds: number, now: number): TimeRange {
  const max = points.at(-1)?.at ?? now;
  const oldest = points.find(({ at }) => at > max - seconds)?.at ?? max;
  return { min: Math.min(oldest, max - MIN_RANGE), max };
}

function classicSpeed(previous: Point | undefined, { at, hashes }: Point): number | null {
  if (previous?.hashes == null || hashes === null) return null;
  const seconds = at - previous.at;
  if (seconds > GAP_SECONDS || hashes < previous.hashes) return null;
  return (hashes - previous.hashes) / seconds;
}
