/**
 * The speed, from a count that moves with every loop.
 * @module
 */

/** The count at one moment. All times in milliseconds since 1970. */
export interface Mark {
  /** When it was read. */
  at: number;
  /** Loops completed until then. */
  loops: number;
  /** When the last of them was completed; 0 where there was none. */
  lastLoopAt: number;
}

/** The speed is taken over so many milliseconds. */
export const WINDOW_MS = 5000;

/**
 * Loops a second between the first and the last mark; null where that cannot be told (a single
 * mark, or the count was reset in between).
 *
 * The time is taken from loop to loop, not from reading to reading: 16 or 17 loops may end within 5
 * seconds of steady work, but the time between the first and the last of them tells the same speed.
 * Where mining stood still for longer than the window, it begins with the first loop after that.
 * And since no loop has ended after the last one, the speed is at most what one ending right now
 * would make it, so that it falls when mining stops.
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

/** The marks of the window that ends with `latest`, which is added to them. */
export function slide(marks: readonly Mark[], latest: Mark): Mark[] {
  const isReset = (mark: Mark) => mark.loops > latest.loops;
  return [...marks.filter((mark) => !isReset(mark) && latest.at - mark.at <= WINDOW_MS), latest];
}
