/**
 * The rule by which the queue is topped up.
 * @module
 */

/** Jobs that nobody works on yet: those that wait, and those that wait for their next try. */
export interface Backlog {
  waiting?: number;
  delayed?: number;
  prioritized?: number;
}

/** A chunk is one pipeline to Redis; longer ones would hold up everybody else there. */
const CHUNK = 500;

/** How many jobs there are that nobody works on yet. */
export function backlogOf({ waiting = 0, delayed = 0, prioritized = 0 }: Backlog) {
  return waiting + delayed + prioritized;
}

/** The sizes of the chunks in which to add what is missing to have `target` jobs; none where nothing is. */
export function chunksMissing(backlog: Backlog, target: number): number[] {
  const missing = Math.max(0, target - backlogOf(backlog));
  const chunks = Array.from({ length: Math.floor(missing / CHUNK) }, () => CHUNK);
  return missing % CHUNK === 0 ? chunks : [...chunks, missing % CHUNK];
}
