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

/** The speed is measured over this long. */
export const WINDOW_MS = 5000;

/** If the loops come in bursts, the speed is measured over this long. */
export const LONG_WINDOW_MS = 20_000;

/** A stretch of this length without a loop is a pause. */
const PAUSE_MS = 2000;

/** Readings come once a second. If one is this late, the ones before it say nothing about the speed now. */
const MAX_GAP_MS = 3000;

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
 * Returns the loops per second over the last five seconds; null if unknown (a single reading, or the count was reset).
 *
 * Time is measured from loop to loop, not from reading to reading: at a steady speed, 16 or 17 loops may complete within
 * 5 seconds, but the time between the first and the last of them always gives the same speed. After a pause longer than
 * the window, measurement starts at the first loop after the pause. The speed is at most what it would be if a loop
 * completed right now, so it falls when mining stops.
 *
 * If loops come in bursts, with pauses of seconds between them, five seconds contain one burst or none. Then the speed is
 * that of the last twenty.
 */
export function speedOf(readings: readonly Reading[]): number | null {
  const last = readings.at(-1);
  if (last === undefined) return null;
  if (countPauses(readings) >= 2) return speedWithin(readings, LONG_WINDOW_MS);
  const recent = readings.filter(({ at }) => last.at - at <= WINDOW_MS);
  return speedWithin(recent, PAUSE_MS);
}

/**
 * Returns the loops per second over all of these readings.
 * @param pauseMs if the last loop before them was longer ago, measurement starts at the first loop among them (ms)
 */
export function speedWithin(window: readonly Reading[], pauseMs: number): number | null {
  const first = window[0];
  const last = window.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  if (last.loops < first.loops) return null;
  if (last.loops === first.loops) return 0;
  const wasPaused = first.at - first.lastLoopAt > pauseMs;
  const start = (wasPaused && window.find(({ loops }) => loops > first.loops)) || first;
  const loops = last.loops - start.loops;
  if (loops === 0) return null; // a single loop after the pause: no interval to measure yet
  const elapsed = Math.max(
    last.lastLoopAt - start.lastLoopAt,
    ((last.at - start.lastLoopAt) * loops) / (loops + 1),
  );
  return (loops * 1000) / elapsed;
}

/** Returns how often the count resumed after a pause. */
function countPauses(readings: readonly Reading[]): number {
  return readings.filter((reading, index) => {
    const previous = readings[index - 1];
    return (
      previous !== undefined &&
      reading.loops > previous.loops &&
      previous.at - previous.lastLoopAt >= PAUSE_MS
    );
  }).length;
}

/**
 * Returns the readings of the last twenty seconds, ending with `latest`. Those before a reset of the count or before a gap in
 * the readings are dropped; if mining has just been resumed, all but the last one, because the pause says nothing about the
 * speed now.
 */
export function addReading(
  readings: readonly Reading[],
  latest: Reading,
  resumed = false,
): Reading[] {
  const previous = readings.at(-1);
  if (previous === undefined || latest.at - previous.at > MAX_GAP_MS) return [latest];
  const earlier = resumed ? [previous] : readings;
  const isInWindow = ({ at, loops }: Reading) =>
    loops <= latest.loops && latest.at - at <= LONG_WINDOW_MS;
  return [...earlier.filter(isInWindow), latest];
}

/** The speed of the exact count. */
export class Speedometer {
  #readings: Reading[] = [];
  #wasIdle = false;

  /**
   * Adds a reading.
   * @param isIdle true if nothing is supposed to be mined, because the queue is paused or there are no miners
   */
  add(raw: RawReading, isIdle: boolean): Reading {
    const reading = toReading(raw, this.#readings.at(-1));
    this.#readings = addReading(this.#readings, reading, this.#wasIdle && !isIdle);
    this.#wasIdle = isIdle;
    return reading;
  }

  /** Returns the loops per second over the last few seconds; null if unknown. */
  speed(): number | null {
    return speedOf(this.#readings);
  }
}

/** Returns by how much a count grew per second over the last five seconds; null if unknown. */
export function growthOf(counts: readonly { at: number; count: number }[]): number | null {
  const last = counts.at(-1);
  const first = counts.find(({ at }) => last !== undefined && last.at - at <= WINDOW_MS);
  if (last === undefined || first === undefined || last.at <= first.at) return null;
  return ((last.count - first.count) * 1000) / (last.at - first.at);
}
