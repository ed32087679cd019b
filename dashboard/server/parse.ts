/**
 * What others wrote into Redis. What is not as it should be counts as missing: one broken entry never
 * keeps the page from showing all the others.
 * @module
 */
import { z } from 'zod';
import { STAGES, type Coin, type MinerReport } from '@dockercoins/common/contract';
import type { Point } from '../frame.ts';

const replicas = z.array(z.object({ name: z.string(), slots: z.number() }));
const times = z.object({ sum: z.number(), spread: z.record(z.string(), z.number()) });

const report: z.ZodType<MinerReport> = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  uptimeMs: z.number(),
  concurrency: z.number(),
  loops: z.number(),
  errors: z.number(),
  coins: z.number(),
  active: z.number(),
  stages: z.record(z.enum(STAGES), times),
  replicas: z.object({ rng: replicas, hasher: replicas }),
});

const coin: z.ZodType<Coin> = z.object({ hash: z.string(), at: z.number(), miner: z.string() });

const figure = z.number().nullable();
const point: z.ZodType<Point> = z.object({
  at: z.number(),
  speed: figure,
  loops: z.number(),
  hashes: figure,
  miners: z.number(),
  rng: z.number(),
  hasher: z.number(),
});

function parser<T>(schema: z.ZodType<T>): (text: string | undefined) => T | undefined {
  return (text = '') => {
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined; // no JSON
    }
  };
}

export const parseReport = parser(report);
export const parseCoin = parser(coin);
export const parsePoint = parser(point);
