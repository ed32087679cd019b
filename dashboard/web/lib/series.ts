import type { Point } from '../../frame.ts';

/** Times in seconds, speeds, and the classic graph, as uPlot expects them; null breaks a line. */
export type Series = [number[], (number | null)[], (number | null)[]];

/** Points further apart than this are not connected. */
const GAP_SECONDS = 2;

/**
 * Returns the points of the last `seconds` seconds, with a gap where points are missing.
 *
 * The classic graph is what the original page draws: the difference between two readings of `hashes`
 * a second apart.
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

function classicSpeed(previous: Point | undefined, { at, hashes }: Point): number | null {
  if (previous === undefined || previous.hashes === null || hashes === null) return null;
  return hashes < previous.hashes ? null : (hashes - previous.hashes) / (at - previous.at);
}
