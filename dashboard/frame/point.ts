/**
 * One second of history, as the server keeps it in Redis and the page plots it.
 * @module
 */
import { z } from 'zod';
import { variations } from '@dockercoins/common/reports';

/** What a replica of rng or hasher, or a miner, has by its settings. */
const setting = z.object({
  /** Delay of each response, or the work of each loop. */
  delayMs: z.number(),
  /** How many requests or loops it serves at once; 0 = unlimited. */
  slots: z.number(),
  variations: variations.optional(),
});
export type Setting = z.infer<typeof setting>;

/** The settings that determine the speed. Of replicas with the same settings, each list has one; its order is always the same. */
const settings = z.object({
  miner: z.array(setting),
  rng: z.array(setting),
  hasher: z.array(setting),
  producer: variations.optional(),
});
export type Settings = z.infer<typeof settings>;

export const point = z.object({
  /** Whole seconds since 1970; of a simulation, since its start. */
  at: z.number(),
  /** Loops per second over the last few seconds; null if unknown. */
  speed: z.number().nullable(),
  /** Exact number of loops completed. */
  loops: z.number(),
  /** The classic counter; null until a miner has counted. */
  hashes: z.number().nullable(),
  /** Miners that reported within the last few seconds. */
  miners: z.number(),
  /** Replicas that served a miner within the last few seconds; null if unknown: no calls, or replicas without names. */
  rng: z.number().nullable(),
  hasher: z.number().nullable(),
  /** Mean time from request to response, in milliseconds; null if no loop was reported in the last ten seconds. */
  rngMs: z.number().nullable(),
  hasherMs: z.number().nullable(),
  /** Null if unknown. */
  settings: settings.nullable().catch(null), // earlier versions stored texts
  /** True if there was a problem, so that the speed says nothing about how the system scales. */
  troubled: z.boolean(),
});
export type Point = z.infer<typeof point>;

/** A note on the plot, made by a user. */
export const note = z.object({
  /** Seconds since 1970. */
  at: z.number(),
  text: z.string(),
});
export type Note = z.infer<typeof note>;
