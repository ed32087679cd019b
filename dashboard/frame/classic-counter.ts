/**
 * The speed of the classic counter `hashes`, for workers that report nothing else, such as the original's.
 * @module
 */
import { addReading, speedWithin, type Reading } from './rate.ts';
import type { MinerSample } from './sample.ts';

/** Each worker counts about once a second, so the counter moves in steps; over this long they average out. */
const SPEED_WINDOW_MS = 10_000;

/** Over this long, counted and completed loops are compared. */
const COMPARE_MS = 10_000;

/** How many more loops than our miners completed must be counted before some of them are certain to be others'. */
const SLACK_LOOPS = 5;

export class ClassicCounter {
  #counted: Reading[] = [];
  /** Loops that our own miners completed, and the fewest that were not counted at any time until then. */
  #completed: { at: number; loops: number; lowest: number }[] = [];
  #lateMs = 0;

  /** @param miners our own, which count what they completed with a delay */
  add({ at, loops }: Reading, hashes: number | null, miners: MinerSample[]): void {
    const count = hashes ?? 0;
    const previous = this.#counted.at(-1);
    const lastLoopAt = count === previous?.loops ? previous.lastLoopAt : at;
    const reading = {
      at,
      loops: count,
      lastLoopAt: previous === undefined ? -Infinity : lastLoopAt,
    };
    const latest = this.#completed.at(-1);
    const wasReset = count < (previous?.loops ?? 0) || loops < (latest?.loops ?? 0);
    const lowest = wasReset ? Infinity : (latest?.lowest ?? Infinity);
    this.#counted = addReading(this.#counted, reading);
    this.#lateMs = 1000 + 1.5 * Math.max(0, ...miners.map(({ flushMs }) => flushMs));
    this.#completed = [
      ...this.#completed.filter(
        (earlier) => earlier.loops <= loops && at - earlier.at <= COMPARE_MS + this.#lateMs,
      ),
      { at, loops, lowest: Math.min(lowest, loops - count) },
    ];
  }

  /**
   * Returns true if more loops were counted than our miners completed, so that others must have counted them. If Redis
   * has kept our miners from counting for a while, the loops that they add later are still ours.
   */
  countsOthers(): boolean {
    const now = this.#counted.at(-1);
    const first = this.#counted.find(({ at }) => now !== undefined && now.at - at <= COMPARE_MS);
    const [begin] = this.#completed;
    const end = this.#completed.at(-1);
    if (!now || !first || !begin || !end || first.at - begin.at < this.#lateMs / 2) return false;
    if (end.loops - now.loops >= begin.lowest) return false;
    return now.loops - first.loops > end.loops - begin.loops + SLACK_LOOPS;
  }

  /** Returns the loops per second over the last ten seconds; null if unknown. */
  speed(): number | null {
    const last = this.#counted.at(-1);
    const window = this.#counted.filter(
      ({ at }) => last !== undefined && last.at - at <= SPEED_WINDOW_MS,
    );
    return speedWithin(window, SPEED_WINDOW_MS);
  }
}
