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
  /** When the last of them was completed. */
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
 * Two exceptions: where mining stood still before the first mark, that pause does not count; and
 * since no loop has ended after the last one, the speed is at most what one ending right now would
 * make it, so that it falls when mining stops.
 */
export function speedOf(marks: readonly Mark[]): number | null {
  const first = marks[0];
  const last = marks.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  const loops = last.loops - first.loops;
  if (loops < 0) return null;
  if (loops === 0) return 0;
  const pauseBefore = first.at - first.lastLoopAt;
  const typical = (last.lastLoopAt - first.at) / loops;
  const from = pauseBefore > 2 * Math.max(typical, 0) ? first.at : first.lastLoopAt;
  const elapsed = Math.max(last.lastLoopAt - from, ((last.at - from) * loops) / (loops + 1));
  return (loops * 1000) / elapsed;
}

/** The marks of the window that ends with `latest`, which is added to them. */
export function slide(marks: readonly Mark[], latest: Mark): Mark[] {
  const isReset = (mark: Mark) => mark.loops > latest.loops;
  return [...marks.filter((mark) => !isReset(mark) && latest.at - mark.at <= WINDOW_MS), latest];
}
