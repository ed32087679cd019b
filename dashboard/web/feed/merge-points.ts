import { HISTORY_SECONDS, pointOf, type Point } from '../../frame/frame.ts';

/** Returns the last hour of both lists, oldest first. If both have a point for a second, that of `newer` is used. */
export function mergePoints(older: readonly Point[], newer: readonly Point[]): Point[] {
  const byTime = new Map([...older, ...newer].map((point) => [point.at, pointOf(point)]));
  const points = [...byTime.values()].sort((a, b) => a.at - b.at);
  const from = (points.at(-1)?.at ?? 0) - HISTORY_SECONDS;
  return points.filter(({ at }) => at > from);
}
