/**
 * A scenario: a setup, a question about it, and how the simulation answers that.
 * @module
 */
import type { Frame } from '../../../frame/frame.ts';
import type { TimedHappening } from '../../../../simulation/happenings.ts';
import type { Pipeline } from '../../../../simulation/pipeline.ts';
import type { Scale, Settings } from '../../../../simulation/settings.ts';

/** Returns the answer once it is known. Called with each frame and its virtual time (s). */
export type Observer = (frame: Frame, seconds: number) => number | undefined;

export interface Scenario {
  title: string;
  /** What is set up, in three sentences. */
  text: string;
  question: string;
  /** Of the answer, such as hashes/s. */
  unit: string;
  scale?: Partial<Scale>;
  settings?: Partial<Settings>;
  withoutJitter?: true;
  events?: TimedHappening[];
  /** Adds an autoscaler. */
  autoscale?: (pipeline: Pipeline) => void;
  /** How many virtual seconds pass in one, at first. */
  speed: 1 | 10 | 100;
  observe: () => Observer;
  /** Why, once the answer is known. */
  explanation: string;
}

/** By their names in addresses. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** Answers with a figure of the frame at this time (s). Seconds in which Redis was unreachable do not count. */
export const at =
  (time: number, figure: (frame: Frame) => number): Scenario['observe'] =>
  () => {
    let frames = 0;
    return (frame) => (++frames === time ? figure(frame) : undefined);
  };

/** Answers with the growth of a figure between these times (s). Seconds in which Redis was unreachable do not count. */
export const between =
  (from: number, to: number, figure: (frame: Frame) => number): Scenario['observe'] =>
  () => {
    let frames = 0;
    let before = 0;
    return (frame) => {
      frames++;
      if (frames === from) before = figure(frame);
      return frames === to ? figure(frame) - before : undefined;
    };
  };

/** Answers with how long after this time (s) something that began then is over. */
export const secondsUntilOver =
  (from: number, isGoingOn: (frame: Frame) => boolean): Scenario['observe'] =>
  () => {
    let hasBegun = false;
    return (frame, seconds) => {
      const isOver = hasBegun && !isGoingOn(frame);
      hasBegun ||= isGoingOn(frame);
      return isOver ? seconds - from : undefined;
    };
  };

export const speedOf = ({ speed }: Frame): number => speed ?? 0;
