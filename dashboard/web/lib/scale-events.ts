import type { Point } from '../../frame.ts';

/** A moment at which the number of replicas of a service changed. */
export interface ScaleEvent {
  /** Seconds since 1970. */
  at: number;
  /** For instance "miner 2 → 10". */
  text: string;
}

const WATCHED = [
  ['miner', 'miners'],
  ['rng', 'rng'],
  ['hasher', 'hasher'],
] as const;

/** Changes that follow one another within so many seconds are one: ten miners do not start at once. */
const SETTLE_SECONDS = 6;

/** Where points are missing, nobody saw what happened. */
const GAP_SECONDS = 5;

/** The changes in the order in which they began. Replicas that nobody asked (0) are unknown, not gone. */
export function scaleEvents(points: readonly Point[]): ScaleEvent[] {
  return WATCHED.flatMap(([name, key]) => changesOf(points, name, key)).sort((a, b) => a.at - b.at);
}

function changesOf(points: readonly Point[], name: string, key: 'miners' | 'rng' | 'hasher') {
  const events: { at: number; last: number; from: number; to: number }[] = [];
  let before: Point | undefined;
  for (const point of points) {
    if (key !== 'miners' && point[key] === 0) continue;
    if (before !== undefined && before[key] !== point[key] && point.at - before.at <= GAP_SECONDS) {
      const open = events.at(-1);
      if (open !== undefined && point.at - open.last <= SETTLE_SECONDS) {
        open.to = point[key];
        open.last = point.at;
      } else {
        events.push({ at: point.at, last: point.at, from: before[key], to: point[key] });
      }
    }
    before = point;
  }
  return events
    .filter(({ from, to }) => from !== to)
    .map(({ at, from, to }) => ({ at, text: `${name} ${from} → ${to}` }));
}
