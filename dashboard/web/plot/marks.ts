import type { Note, Point } from '../../frame/frame.ts';
import { scaleEvents, type ScaleEvent } from './scale-events.ts';

/** A labeled line on the plot. */
export interface Mark extends ScaleEvent {
  /** A change of replicas or settings, or a user's note. */
  kind: 'change' | 'note';
}

/** Returns all marks, oldest first. */
export function marksOf(points: readonly Point[], notes: readonly Note[]): Mark[] {
  const changes = scaleEvents(points).map((event): Mark => ({ kind: 'change', ...event }));
  const noteMarks = notes.map((note): Mark => ({ kind: 'note', ...note }));
  return [...changes, ...noteMarks].sort((a, b) => a.at - b.at);
}

/** Returns the marks within `seconds` of a time. */
export function marksNear(marks: readonly Mark[], at: number, seconds: number): Mark[] {
  return marks.filter((mark) => Math.abs(mark.at - at) <= seconds);
}
