/**
 * Parsers for what other processes wrote to Redis. Malformed entries count as missing, so that a single one
 * does not hide all the others.
 * @module
 */
import { z } from 'zod';
import {
  STAGES,
  type Coin,
  type MinerReport,
  type ProducerReport,
} from '@dockercoins/common/contract';
import type { Note, Point } from '../frame/frame.ts';

const address = z.string().optional();
const variations = z.array(z.string()).optional();

const figures = z.object({
  replicas: z.array(
    z.object({
      name: z.string(),
      slots: z.number().nullable(),
      delayMs: z.number().nullable(),
      cpu: z.number().nullable(),
      address,
      variations,
      served: z
        .object({ responses: z.number(), serviceMs: z.number(), spentMs: z.number() })
        .optional(),
    }),
  ),
  avoided: z.array(z.object({ name: z.string(), address, reason: z.string() })),
  pending: z.number(),
  failed: z.number(),
  reason: z.string().nullable(),
  untimed: z.number(),
});
const stageTimes = z.object({ sum: z.number(), spread: z.record(z.string(), z.number()) });

const report: z.ZodType<MinerReport> = z.object({
  id: z.string(),
  name: z.string(),
  uptimeMs: z.number(),
  concurrency: z.number(),
  workMs: z.number(),
  lockMs: z.number(),
  flushMs: z.number(),
  cpu: z.number(),
  loops: z.number(),
  errors: z.number(),
  coins: z.number(),
  active: z.number(),
  resting: z.boolean().optional(),
  stages: z.record(z.enum(STAGES), stageTimes),
  upstreams: z.object({ rng: figures, hasher: figures }),
  variations,
});

const producer: z.ZodType<ProducerReport> = z.object({
  name: z.string(),
  target: z.number().nullable(),
  dropped: z.number().optional(),
  cpu: z.number(),
  variations,
});

const note: z.ZodType<Note> = z.object({ at: z.number(), text: z.string() });

const coin: z.ZodType<Coin> = z.object({ hash: z.string(), at: z.number(), miner: z.string() });

const setting = z.object({ delayMs: z.number(), slots: z.number(), variations });
const settings = z.object({
  miner: z.array(setting),
  rng: z.array(setting),
  hasher: z.array(setting),
  producer: variations,
});

const point: z.ZodType<Point> = z.object({
  at: z.number(),
  speed: z.number().nullable(),
  loops: z.number(),
  hashes: z.number().nullable(),
  miners: z.number(),
  rng: z.number().nullable(),
  hasher: z.number().nullable(),
  rngMs: z.number().nullable(),
  hasherMs: z.number().nullable(),
  settings: settings.nullable().catch(null), // earlier versions stored a text
  troubled: z.boolean(),
});

function parser<T>(schema: z.ZodType<T>): (text: string | undefined) => T | undefined {
  return (text = '') => {
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined; // not JSON
    }
  };
}

export const parseReport = parser(report);
export const parseProducer = parser(producer);
export const parseNote = parser(note);
export const parseCoin = parser(coin);
export const parsePoint = parser(point);
