import { HISTORY_SECONDS, pointOf, type Point } from '../../frame.ts';

/** One point for each second of the last hour, from both, oldest first. */
export function mergePoints(some: readonly Point[], more: readonly Point[]): Point[] {
  const byTime = new Map([...some, ...more].map((point) => [point.at, pointOf(point)]));
  const points = [...byTime.values()].sort((a, b) => a.at - b.at);
  const from = (points.at(-1)?.at ?? 0) - HISTORY_SECONDS;
  return points.filter(({ at }) => at > from);
}
