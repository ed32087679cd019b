/**
 * The query of `/api/job`: which job to show.
 * @module
 */
import { z } from 'zod';
import type { JobQuery } from '../frame/job-path.ts';

const name = z.string().min(1);
const flag = z.literal('');

const queries = z.union([
  z.strictObject({ queue: name, id: name }).transform((query) => ({ by: 'id', ...query }) as const),
  z.strictObject({ miner: name }).transform((query) => ({ by: 'miner', ...query }) as const),
  z.strictObject({ slowest: flag }).transform(() => ({ by: 'slowest' }) as const),
  z.strictObject({ retried: flag }).transform(() => ({ by: 'retried' }) as const),
]);

/** Returns which job to show, or what was expected. */
export function parseJobQuery(query: Record<string, string>): JobQuery | string {
  const { data } = queries.safeParse(query);
  if (data !== undefined) return data;
  const given = new URLSearchParams(query).toString().slice(0, 200);
  return `expected ?queue=loops&id=1, ?miner=miner-1, ?slowest or ?retried, got ?${given}`;
}
