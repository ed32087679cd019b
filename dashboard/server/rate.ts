/**
 * The speed, from a count that moves with every loop.
 * @module
 */

/** The count as it was read. */
export interface Reading {
  /** When it was read, by this process' monotonic clock (ms). */
  at: number;
  /** Loops completed until then. */
  loops: number;
  /** Milliseconds since the last of them was completed, by Redis' clock; null if unknown. */
  lastLoopAge: number | null;
}

/** The count at one moment. All times by this process' monotonic clock, in milliseconds. */
export interface Mark {
  at: number;
  loops: number;
  /** When the last loop was completed; -Infinity if there was none. */
  lastLoopAt: number;
}

/** Length of the window over which the speed is measured. */
export const WINDOW_MS = 5000;

/** Redis reads its clock and answers; the two moments are this close. */
const SLACK_MS = 100;

/**
 * Returns the mark of a reading. The last loop was completed after the reading before, if the count moved since then. If
 * its age says otherwise, somebody set Redis' clock; then the time of the reading has to do.
 */
export function markOf({ at, loops, lastLoopAge }: Reading, before: Mark | undefined): Mark {
  if (loops === 0) return { at, loops, lastLoopAt: -Infinity };
  if (before?.loops === loops) return { at, loops, lastLoopAt: before.lastLoopAt };
  const oldest = before === undefined ? Infinity : at - before.at + SLACK_MS;
  const plausible = lastLoopAge !== null && lastLoopAge >= 0 && lastLoopAge <= oldest;
  return { at, loops, lastLoopAt: plausible ? at - lastLoopAge : at };
}

/**
 * Returns loops per second between the first and the last mark; null if that is unknown (a single mark, or the count was
 * reset in between).
 *
 * Time is measured from loop to loop, not from reading to reading: 16 or 17 loops may end within 5 seconds of steady
 * work, but the time between the first and the last of them gives the same speed. If mining stood still for longer than
 * the window, measuring starts with the first loop after that. The speed is at most what it would be if a loop ended
 * right now, so it falls when mining stops.
 */
export function speedOf(marks: readonly Mark[]): number | null {
  const first = marks[0];
  const last = marks.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  if (last.loops < first.loops) return null;
  if (last.loops === first.loops) return 0;
  const wasPaused = first.at - first.lastLoopAt > WINDOW_MS;
  const from = wasPaused ? firstAfter(first, marks) : first;
  const loops = last.loops - from.loops;
  if (loops === 0) return null; // one loop so far: there is no time between loops yet
  const elapsed = Math.max(
    last.lastLoopAt - from.lastLoopAt,
    ((last.at - from.lastLoopAt) * loops) / (loops + 1),
  );
  return (loops * 1000) / elapsed;
}

function firstAfter(first: Mark, marks: readonly Mark[]): Mark {
  return marks.find(({ loops }) => loops > first.loops) ?? first;
}

/** Returns the marks of the window that ends with `latest`, which is added. */
export function slide(marks: readonly Mark[], latest: Mark): Mark[] {
  const isReset = (mark: Mark) => mark.loops > latest.loops;
  return [...marks.filter((mark) => !isReset(mark) && latest.at - mark.at <= WINDOW_MS), latest];
}
