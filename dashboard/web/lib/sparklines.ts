import type { MinerView } from '../../frame.ts';

/** Seconds that a sparkline shows. */
export const SPARKLINE_SECONDS = 40;

/** Speeds of each miner by id, oldest first. */
export type Sparklines = ReadonlyMap<string, number[]>;

/** Adds this second. Miners that left are forgotten. */
export function appendSpeeds(sparklines: Sparklines | undefined, fleet: readonly MinerView[]): Sparklines {
  return new Map(
    fleet.map(({ id, speed }) => [
      id,
      [...(sparklines?.get(id) ?? []), speed ?? 0].slice(-SPARKLINE_SECONDS),
    ]),
  );
}
