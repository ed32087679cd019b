/**
 * The speed, from a count that grows by one with every loop.
 * @module
 */

/** The count as read from Redis. */
export interface RawReading {
  /** When it was read, by this process's monotonic clock (ms). */
  at: number;
  /** Loops completed so far. */
  loops: number;
  /** Milliseconds since the last loop completed, by Redis' clock; null if unknown. */
  lastLoopAge: number | null;
}

/** The count at one moment. All times are by this process's monotonic clock (ms). */
export interface Reading {
  at: number;
  loops: number;
  /** When the last loop completed; -Infinity if there was none. */
  lastLoopAt: number;
}

/** Length of the window over which the speed is measured. */
export const WINDOW_MS = 5000;

/** Tolerance for the time between Redis reading its clock and the reply arriving here. */
const SLACK_MS = 100;

/**
 * Converts the age of the last loop to a time. If the count grew, the last loop completed after the previous reading; an
 * age that says otherwise means that Redis' clock was set, and the time of the reading is used instead.
 */
export function toReading(
  { at, loops, lastLoopAge }: RawReading,
  previous: Reading | undefined,
): Reading {
  if (loops === 0) return { at, loops, lastLoopAt: -Infinity };
  if (previous?.loops === loops) return { at, loops, lastLoopAt: previous.lastLoopAt };
  const maxAge = previous === undefined ? Infinity : at - previous.at + SLACK_MS;
  const isPlausible = lastLoopAge !== null && lastLoopAge >= 0 && lastLoopAge <= maxAge;
  return { at, loops, lastLoopAt: isPlausible ? at - lastLoopAge : at };
}

/**
 * Returns the loops per second over the window; null if unknown (a single reading, or the count was reset).
 *
 * Time is measured from loop to loop, not from reading to reading: at a steady speed, 16 or 17 loops may complete within
 * 5 seconds, but the time between the first and the last of them always gives the same speed. After a pause longer than
 * the window, measurement starts at the first loop after the pause. The speed is at most what it would be if a loop
 * completed right now, so it falls when mining stops.
 */
export function speedOf(window: readonly Reading[]): number | null {
  const first = window[0];
  const last = window.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  if (last.loops < first.loops) return null;
  if (last.loops === first.loops) return 0;
  const wasPaused = first.at - first.lastLoopAt > WINDOW_MS;
  const start = wasPaused ? firstAfter(first, window) : first;
  const loops = last.loops - start.loops;
  if (loops === 0) return null; // a single loop after the pause: no interval to measure yet
  const elapsed = Math.max(
    last.lastLoopAt - start.lastLoopAt,
    ((last.at - start.lastLoopAt) * loops) / (loops + 1),
  );
  return (loops * 1000) / elapsed;
}

function firstAfter(first: Reading, window: readonly Reading[]): Reading {
  return window.find(({ loops }) => loops > first.loops) ?? first;
}

/** Returns the window that ends with `latest`, without readings that are too old or precede a reset of the count. */
export function addToWindow(window: readonly Reading[], latest: Reading): Reading[] {
  const isInWindow = ({ at, loops }: Reading) =>
    loops <= latest.loops && latest.at - at <= WINDOW_MS;
  return [...window.filter(isInWindow), latest];
}
