import type { MinerView } from '../../frame/frame.ts';

/** Length of a sparkline in seconds. */
export const SPARKLINE_SECONDS = 40;

/** Speeds by miner id, one per second, oldest first. */
export type Sparklines = ReadonlyMap<string, number[]>;

/** Returns the sparklines with the current speeds appended, without miners that left. */
export function appendSpeeds(
  sparklines: Sparklines | undefined,
  fleet: readonly MinerView[],
): Sparklines {
  return new Map(
    fleet.map(({ id, speed }) => [
      id,
      [...(sparklines?.get(id) ?? []), speed ?? 0].slice(-SPARKLINE_SECONDS),
    ]),
  );
}
