import type { Point } from '../frame.ts';

/** Times (s) and speeds, as uPlot takes them; null breaks the line. */
export type Series = [number[], (number | null)[]];

/** The points of the last so many seconds. A second without a point becomes a gap, not a line across. */
export function toSeries(points: readonly Point[], seconds: number): Series {
  const times: number[] = [];
  const speeds: (number | null)[] = [];
  const from = (points.at(-1)?.at ?? 0) - seconds;
  for (const { at, speed } of points) {
    if (at <= from) continue;
    const before = times.at(-1);
    if (before !== undefined && at - before > 2) {
      times.push(before + 1);
      speeds.push(null);
    }
    times.push(at);
    speeds.push(speed);
  }
  return [times, speeds];
}
