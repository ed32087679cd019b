import type { Point } from '../../frame.ts';

export type Trend = { direction: 'up' | 'down'; from: number } | { direction: 'steady' };

/** The speed is compared with the one so many seconds ago. */
export const TREND_SECONDS = 30;

/** Changes below this share are noise. */
const NOISE = 0.05;

/** How the speed moved in the last half a minute; undefined where that is not known. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const now = points.at(-1);
  const then = points.findLast(({ at }) => now !== undefined && at <= now.at - TREND_SECONDS);
  if (now?.speed == null || then?.speed == null || now.at - then.at > TREND_SECONDS + 2)
    return undefined;
  const change = now.speed - then.speed;
  if (Math.abs(change) <= NOISE * Math.max(now.speed, then.speed)) return { direction: 'steady' };
  return { direction: change > 0 ? 'up' : 'down', from: then.speed };
}
