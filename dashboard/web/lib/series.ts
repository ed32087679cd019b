import type { Point } from '../../frame.ts';

/** Times (s), speeds and the classic picture, as uPlot takes them; null breaks a line. */
export type Series = [number[], (number | null)[], (number | null)[]];

/** Points further apart than this (s) are not joined. */
const GAP_SECONDS = 2;

/**
 * The points of the last so many seconds. Where points are missing there is a gap, not a line across.
 *
 * The classic picture is what the original page draws: the difference between two readings of
 * `hashes`, a second apart.
 */
export function toSeries(points: readonly Point[], seconds: number): Series {
  const series: Series = [[], [], []];
  const add = (at: number, speed: number | null, classic: number | null) => {
    series[0].push(at);
    series[1].push(speed);
    series[2].push(classic);
  };
  const from = (points.at(-1)?.at ?? 0) - seconds;
  let before: Point | undefined;
  for (const point of points) {
    if (point.at > from) {
      if (before !== undefined && point.at - before.at > GAP_SECONDS) add(point.at - 1, null, null);
      add(point.at, point.speed, classicOf(before, point));
    }
    before = point;
  }
  return series;
}

function classicOf(before: Point | undefined, { at, hashes }: Point): number | null {
  if (before === undefined || before.hashes === null || hashes === null) return null;
  return hashes < before.hashes ? null : (hashes - before.hashes) / (at - before.at);
}
