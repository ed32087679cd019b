/**
 * A fault that is put into a running stack for students to find, with everything that is known about it.
 * @module
 */
import type { Redis } from 'ioredis';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import type { Frame } from '../../../dashboard/frame/frame.ts';
import type { Deployment, Scale } from '../../stack/deployment/deployment.ts';

/** What an answer can blame. */
export const PARTS = ['rng', 'hasher', 'miner', 'producer', 'queue', 'redis'] as const;
export type Part = (typeof PARTS)[number];

export interface Scenario {
  name: string;
  /** What it does, in one line, for trainers. */
  title: string;
  /** The right answer: with which part something is wrong, and what. Two scenarios may have the same cause. */
  part: Part;
  cause: string;
  /** Puts a stack of the size {@link BASELINE} into this state. */
  action: (stack: Stack) => Promise<unknown>;
  /** What the page reports. */
  symptom: Sign;
  /** What shows it before the symptom does. */
  firstFigure: Sign;
  /** How to get from the symptom to the cause: the figures that show it, what the list of problems says, and where else to look. */
  evidence: string;
  /**
   * Undoes the action, also if that was interrupted or never happened. The number of replicas is restored afterwards, so
   * it is enough to remove a faulty one.
   */
  cure: (stack: Stack) => Promise<unknown>;
}

/** A figure of the page, and how it changes. */
export interface Sign {
  /** A noun, singular or plural, such as "speed". */
  what: string;
  unit: string;
  /** Returns null while the value is unknown. */
  read: (frame: Frame) => number | null;
  shows: (now: number, before: number) => boolean;
}

/** What actions and cures work on. */
export interface Stack {
  deployment: Deployment;
  redis: Redis;
  queue: LoopQueue;
  saved: Saved;
}

/** How the stack was before the incident. */
export interface Saved {
  scale: Scale;
  /** Redis' setting: bytes, or 0. */
  maxmemory: string;
  /** Kept failed jobs. */
  failed: number;
  /** When the incident began (ms since 1970). */
  at: number;
  /** Ids of the jobs that the incident adds start with it. */
  tag: string;
}

/**
 * How many replicas an incident starts with. rng is half used, so that any fault of a replica shows in the speed; with
 * only three miners, requests to a slow replica do not time out.
 */
export const BASELINE = { miner: 3, rng: 2 };
