import type { MinerView } from '../../frame.ts';

/** Seconds that a sparkline shows. */
export const SPARK_SECONDS = 40;

/** Speeds of each miner by id, oldest first. */
export type Sparks = ReadonlyMap<string, number[]>;

/** Adds this second. Miners that left are forgotten. */
export function extendSparks(sparks: Sparks | undefined, fleet: readonly MinerView[]): Sparks {
  return new Map(
    fleet.map(({ id, speed }) => [
      id,
      [...(sparks?.get(id) ?? []), speed ?? 0].slice(-SPARK_SECONDS),
    ]),
  );
}
