import type { Point } from '../../frame/frame.ts';
import { settingsKey } from '../../frame/settings.ts';

/** A change of replicas or settings. */
export interface ScaleEvent {
  /** Seconds since 1970. */
  at: number;
  /** For example "miner 2 → 10", or "miner 2 → 10 …" while the number is still changing. */
  text: string;
}

/** A value counts as settled once it has held for this many points, one a second. */
export const SETTLED_POINTS = 8;

/** Zero replicas settle sooner: while replicas are replaced, at least one of them responds. */
const ZERO_POINTS = 3;

/** Consecutive points with the same known value. */
interface Run<T> {
  /** Time of the first point. */
  from: number;
  value: T;
  points: number;
}

interface Change<T> {
  /** When the value began to change. */
  at: number;
  from: T;
  to: T;
  /** False while the new value may still change or turn out to be temporary. */
  settled: boolean;
}

/**
 * Returns each change of replicas or settings: a transition from one settled value to the next. Ten miners do not
 * start at once, so values in between do not count. An event is at the time when the change began, and its text ends with "…" until
 * the new value has settled. Points with unknown values are skipped.
 */
export function scaleEvents(points: readonly Point[]): ScaleEvent[] {
  const events = [
    // Miners report on their own, so even the first point has all of them. Replicas of rng and hasher are discovered one call
    // at a time, so their first number means nothing until it has settled.
    ...changesOf(points, ({ miners }) => miners, true).map(replicaMark('miner')),
    ...changesOf(points, ({ rng }) => rng, false).map(replicaMark('rng')),
    ...changesOf(points, ({ hasher }) => hasher, false).map(replicaMark('hasher')),
    ...changesOf(points, ({ settings }) => settingsKey(settings) || null, false).map((change) =>
      markOf(change, 'settings changed'),
    ),
  ];
  return events.sort((a, b) => a.at - b.at);
}

const replicaMark = (service: string) => (change: Change<number>) =>
  markOf(change, `${service} ${change.from} → ${change.to}`);

function markOf({ at, settled }: Change<unknown>, text: string): ScaleEvent {
  return { at, text: settled ? text : `${text} …` };
}

/** @param trustFirst whether the first value counts as settled: miners report on their own */
function changesOf<T extends number | string>(
  points: readonly Point[],
  valueOf: (point: Point) => T | null,
  trustFirst: boolean,
): Change<T>[] {
  const changes: Change<T>[] = [];
  const runs = runsOf(points, valueOf);
  let settled: T | undefined;
  let began: number | undefined;
  for (const run of runs) {
    const isCertain = !trustFirst && run.value === 0;
    const isSettled = run.points >= (isCertain ? ZERO_POINTS : SETTLED_POINTS);
    if (settled === undefined) {
      if (trustFirst || isSettled) settled = run.value;
    } else if (run.value === settled) {
      began = undefined;
    } else {
      began ??= run.from;
      if (!isSettled) continue;
      changes.push({ at: began, from: settled, to: run.value, settled: true });
      settled = run.value;
      began = undefined;
    }
  }
  const newest = points.at(-1);
  const current = newest && valueOf(newest);
  if (settled !== undefined && began !== undefined && current != null)
    changes.push({ at: began, from: settled, to: current, settled: false });
  return changes;
}

function runsOf<T>(points: readonly Point[], valueOf: (point: Point) => T | null): Run<T>[] {
  const runs: Run<T>[] = [];
  for (const point of points) {
    const value = valueOf(point);
    if (value === null) continue;
    const run = runs.at(-1);
    if (run?.value === value) run.points += 1;
    else runs.push({ from: point.at, value, points: 1 });
  }
  return runs;
}
