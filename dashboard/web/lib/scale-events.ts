import type { Point } from '../../frame.ts';

/** A change in the number of replicas of a service. */
export interface ScaleEvent {
  /** Seconds since 1970. */
  at: number;
  /** For example "miner 2 → 10". */
  text: string;
}

const SERVICES = [
  ['miner', 'miners'],
  ['rng', 'rng'],
  ['hasher', 'hasher'],
] as const;

/** Changes that follow one another within this time are one event, because ten miners do not start at once. */
const SETTLE_SECONDS = 6;

/** A change across a longer gap between points is not an event, because its time is unknown. */
const GAP_SECONDS = 5;

/**
 * Returns the scale events in the order in which they began. An `rng` or `hasher` of 0 only means that no
 * miner called a replica, so it is ignored.
 */
export function scaleEvents(points: readonly Point[]): ScaleEvent[] {
  return SERVICES.flatMap(([name, key]) => eventsOf(points, name, key)).sort((a, b) => a.at - b.at);
}

function eventsOf(points: readonly Point[], name: string, key: 'miners' | 'rng' | 'hasher') {
  const changes: { at: number; lastAt: number; from: number; to: number }[] = [];
  let previous: Point | undefined;
  for (const point of points) {
    if (key !== 'miners' && point[key] === 0) continue;
    if (previous && previous[key] !== point[key] && point.at - previous.at <= GAP_SECONDS) {
      const latest = changes.at(-1);
      if (latest !== undefined && point.at - latest.lastAt <= SETTLE_SECONDS) {
        latest.to = point[key];
        latest.lastAt = point.at;
      } else {
        changes.push({ at: point.at, lastAt: point.at, from: previous[key], to: point[key] });
      }
    }
    previous = point;
  }
  return changes
    .filter(({ from, to }) => from !== to)
    .map(({ at, from, to }) => ({ at, text: `${name} ${from} → ${to}` }));
}
