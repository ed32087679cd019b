/**
 * The time axis of a waterfall. A loop takes a third of a second and may wait for half a minute before it, so a wait is drawn no
 * longer than the longest run, but also never shorter than what took less time.
 * @module
 */
import type { Kind, Row } from './waterfall.ts';

/** Nobody works on the job meanwhile. */
const IDLE: readonly Kind[] = ['queueWait', 'backoff', 'stalled'];

export interface Axis {
  /** Returns the place of a time (ms since the job was added), from 0 to 1. */
  place: (ms: number) => number;
  /** Returns true if some of this time is shorter on the axis than its share. */
  isShortened: (from: number, to: number) => boolean;
}

/** A part of the axis in which time passes evenly. */
interface Part {
  from: number;
  to: number;
  /** Its length on the axis, in milliseconds of a run. */
  length: number;
}

/** @param rows of a waterfall, in its order */
export function axisOf(rows: readonly Row[]): Axis {
  const parts = partsOf(rows);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const place = (ms: number) => {
    let at = 0;
    for (const part of parts) {
      const share = (Math.min(ms, part.to) - part.from) / (part.to - part.from);
      if (share > 0) at += share * part.length;
    }
    return length === 0 ? 0 : at / length;
  };
  return {
    place,
    isShortened: (from, to) =>
      parts.some((part) => {
        return part.from < to && part.to > from && part.length < part.to - part.from;
      }),
  };
}

function partsOf(rows: readonly Row[]): Part[] {
  const main = rows.filter(({ isPhase }) => !isPhase);
  const runs = main.filter(({ kind }) => !IDLE.includes(kind));
  const times = [...new Set(main.flatMap(({ from, to }) => [from ?? 0, to ?? 0]))];
  times.sort((a, b) => a - b);
  const parts = times.slice(1).map((to, index) => ({ from: times[index] ?? 0, to }));
  const isBusy = ({ from, to }: { from: number; to: number }) =>
    runs.some((run) => run.from !== null && run.to !== null && run.from <= from && run.to >= to);
  const longest = Math.max(0, ...parts.filter(isBusy).map(({ from, to }) => to - from)) || Infinity;
  return parts.map((part) => ({ ...part, length: Math.min(part.to - part.from, longest) }));
}
