/**
 * One stack in a few figures, for a page that shows many. All of them follow from what the stack's own page shows to everyone.
 * @module
 */
import { z } from 'zod';
import { furthestSetup, latestRun, SETUPS } from './course.ts';
import type { Frame, Outage, Point } from './frame.ts';
import { plateausOf } from './plateaus.ts';

/** Of the format: raised if a page that knows the earlier one would misunderstand the new one. New fields are no reason. */
const VERSION = 1;

/** Length of the line of speeds. */
export const SUMMARY_SECONDS = 60;

const running = z.object({
  version: z.literal(VERSION),
  state: z.literal('running'),
  /** Whole seconds since 1970. */
  at: z.number(),
  /** Hashes per second; null if unknown. */
  speed: z.number().nullable(),
  /** The speed in each second of the last minute, oldest first, with three significant digits; null if unknown. */
  speeds: z.array(z.number().nullable()).max(SUMMARY_SECONDS),
  /** Exact number of loops completed. */
  loops: z.number(),
  miners: z.number(),
  /** Null if unknown. */
  rngs: z.number().nullable(),
  hashers: z.number().nullable(),
  /** The most important problem; null if there is none, or if the stack's page hides its problems. */
  problem: z.object({ severity: z.enum(['error', 'warning']), text: z.string() }).nullable(),
  showsProblems: z.boolean(),
  /** How the stack was started (`Way`); a later version may know other ways. */
  startedWith: z.string(),
  /** True if a logged-in user can make changes. */
  writable: z.boolean(),
  /** The last setup of the course that was measured within the last hour (`SetupName`); null if none was. */
  setup: z.string().nullable(),
  /** Speed of ten miners, in hashes per second, when they last ran as in the course; null if they have not in the last hour. */
  tenMiners: z.number().nullable(),
});

const outage = z.object({
  version: z.literal(VERSION),
  state: z.literal('outage'),
  /** Whole seconds since 1970. */
  at: z.number(),
  /** True if Redis is unreachable, false if it returned an error or unexpected data. */
  unreachable: z.boolean(),
  /** The error's own words. */
  reason: z.string(),
});

export const summary = z.discriminatedUnion('state', [running, outage]);
export type Summary = z.infer<typeof summary>;
export type RunningSummary = z.infer<typeof running>;

/** @param points the history up to the frame, oldest first */
export function summaryOf(message: Frame | Outage, points: readonly Point[]): Summary {
  if ('unreachable' in message) {
    const { at, unreachable, reason } = message;
    return { version: VERSION, state: 'outage', at, unreachable, reason };
  }
  const { at, speed, loops, miners, rng, hasher, showsProblems, startedWith, writable } = message;
  const [problem] = showsProblems ? message.problems : [];
  const plateaus = plateausOf(points);
  return {
    version: VERSION,
    state: 'running',
    at,
    speed,
    speeds: lastMinute([...points.slice(-SUMMARY_SECONDS), message], at),
    loops,
    miners,
    rngs: rng,
    hashers: hasher,
    problem: problem ? { severity: problem.severity, text: problem.text } : null,
    showsProblems,
    startedWith,
    writable,
    setup: furthestSetup(plateaus) ?? null,
    tenMiners: latestRun(SETUPS.ten, plateaus)?.speed ?? null,
  };
}

/** Returns the speed of each second up to `now`. */
function lastMinute(points: readonly Point[], now: number): (number | null)[] {
  const speeds = new Map(points.map(({ at, speed }) => [at, speed]));
  return Array.from({ length: SUMMARY_SECONDS }, (_, n) => {
    const speed = speeds.get(now - SUMMARY_SECONDS + 1 + n) ?? null;
    return speed === null ? null : Number(speed.toPrecision(3));
  });
}
