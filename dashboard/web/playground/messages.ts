/**
 * What the playground and the worker that simulates tell each other.
 * @module
 */
import type { Frame, Outage, Point } from '../../frame/frame.ts';
import type { JobPath, JobQuery } from '../../frame/job-path.ts';
import type { TimedHappening } from '../../../simulation/happenings.ts';
import type { Happening } from '../../../simulation/pipeline.ts';
import type { Places, Situation } from './run.ts';
import type { Setup } from './setup.ts';

export type Order =
  /** Begins a new simulation, which stands still. */
  | { kind: 'start'; setup: Setup }
  /** Virtual seconds per second; 0 = stands still. */
  | { kind: 'pace'; pace: number }
  | { kind: 'step' }
  | { kind: 'happen'; happening: Happening }
  /** Each is answered, in the same order. */
  | { kind: 'job'; query: JobQuery };

/** Answers the question for a job. */
export interface JobAnswer {
  path: JobPath | string;
}

export interface News {
  /** Number of the simulation, from 1. */
  run: number;
  /** The latest frame, if there is a new one, and the points of those before it. */
  message: Frame | Outage | undefined;
  between: Point[];
  /** Virtual milliseconds since the start. */
  now: number;
  places: Places;
  situation: Situation;
  /** What the scenario asks for, once it is known. */
  answer: number | undefined;
  /** What has happened by an order, and when. */
  event: TimedHappening | undefined;
}
