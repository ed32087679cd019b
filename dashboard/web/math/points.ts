import type { Point } from '../../frame.ts';

/** The page keeps what the server keeps: an hour. */
export const HISTORY_SECONDS = 3600;

/** One point for each second of the last hour, from both, oldest first. */
export function mergePoints(some: readonly Point[], more: readonly Point[]): Point[] {
  const byTime = new Map([...some, ...more].map((point) => [point.at, pointOf(point)]));
  const points = [...byTime.values()].sort((a, b) => a.at - b.at);
  const from = (points.at(-1)?.at ?? 0) - HISTORY_SECONDS;
  return points.filter(({ at }) => at > from);
}

/** Of a frame only the point is kept. */
function pointOf({ at, speed, loops, hashes, miners, rng, hasher }: Point): Point {
  return { at, speed, loops, hashes, miners, rng, hasher };
}
