/**
 * Parsers for what other processes wrote to Redis. Malformed entries count as missing, so that a single one
 * does not hide all the others.
 * @module
 */
import { z } from 'zod';
import { STAGES, type LoopResult } from '@dockercoins/common/contract';
import { coin, endedRun, minerReport, producerReport } from '@dockercoins/common/reports';
import { note, point } from '../frame/point.ts';

function parser<T>(schema: z.ZodType<T>): (text: string | undefined) => T | undefined {
  return (text = '') => {
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined; // not JSON
    }
  };
}

export const parseReport = parser(minerReport);
export const parseProducer = parser(producerReport);
export const parseNote = parser(note);
export const parseCoin = parser(coin);
export const parsePoint = parser(point);
export const parseEndedRun = parser(endedRun);

const optional = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);

/** Earlier versions kept only the hash and whether it is a coin. */
const loopResult = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  coin: z.boolean(),
  stageMs: optional(z.array(z.number()).length(STAGES.length)),
  rng: optional(z.string()),
  hasher: optional(z.string()),
});

/** @param value the return value of a job, as BullMQ has read it */
export function parseResult(value: unknown): LoopResult | undefined {
  return loopResult.safeParse(value).data;
}
