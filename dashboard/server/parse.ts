/**
 * Parsers for what other processes wrote to Redis. Malformed entries count as missing, so that a single one
 * does not hide all the others.
 * @module
 */
import { z } from 'zod';
import { STAGES, type Coin, type MinerReport } from '@dockercoins/common/contract';
import type { Point } from '../frame.ts';

const replicas = z.array(z.object({ name: z.string(), slots: z.number() }));
const stageTimes = z.object({ sum: z.number(), spread: z.record(z.string(), z.number()) });

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
  stages: z.record(z.enum(STAGES), stageTimes),
  replicas: z.object({ rng: replicas, hasher: replicas }),
});

const coin: z.ZodType<Coin> = z.object({ hash: z.string(), at: z.number(), miner: z.string() });

const point: z.ZodType<Point> = z.object({
  at: z.number(),
  speed: z.number().nullable(),
  loops: z.number(),
  hashes: z.number().nullable(),
  miners: z.number(),
  rng: z.number(),
  hasher: z.number(),
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
export const parseCoin = parser(coin);
export const parsePoint = parser(point);
