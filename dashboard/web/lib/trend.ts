import type { Point } from '../../frame.ts';

export type Trend = { direction: 'up' | 'down'; from: number } | { direction: 'steady' };

/** The trend compares the current speed with the speed this long ago. */
const TREND_SECONDS = 30;

/** Smaller relative changes are noise. */
const NOISE = 0.05;

/** Returns how the speed changed; undefined if either speed is unknown or both are 0. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const now = points.at(-1);
  const then = points.findLast(({ at }) => now !== undefined && at <= now.at - TREND_SECONDS);
  if (now?.speed == null || then?.speed == null || now.at - then.at > TREND_SECONDS + 2)
    return undefined;
  const higher = Math.max(now.speed, then.speed);
  if (higher === 0) return undefined;
  const change = now.speed - then.speed;
  if (Math.abs(change) <= NOISE * higher) return { direction: 'steady' };
  return { direction: change > 0 ? 'up' : 'down', from: then.speed };
}
