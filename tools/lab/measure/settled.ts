/**
 * A stack that has settled, from the dashboard's history.
 * @module
 */
import { WINDOW_MS } from '../../../dashboard/frame/rate.ts';
import type { Point } from '../../../dashboard/frame/frame.ts';
import { until } from '../../stack/until.ts';

/** How long the dashboard averages the speed, in seconds. For this long after a change, the speed mixes before and after. */
export const SPEED_WINDOW_S = WINDOW_MS / 1000 + 1;

/** Enough for ten miners to start on a busy machine. */
const TIMEOUT_MS = 90_000;

/** Resolves to the dashboard's history of the last `seconds`; empty if it does not respond. */
export async function readHistory(dashboard: string, seconds: number): Promise<Point[]> {
  try {
    const response = await fetch(`${dashboard}/api/history?seconds=${seconds}`);
    return response.ok ? ((await response.json()) as Point[]) : [];
  } catch {
    return []; // connection refused
  }
}

/**
 * Resolves to the points of the latest `seconds` once all of these seconds show this many miners and rngs.
 * @throws {Error} if that takes more than 90 s
 */
export function untilSettled(
  dashboard: string,
  { miner, rng }: { miner: number; rng: number },
  seconds: number,
): Promise<Point[]> {
  return until(
    `${seconds} s have passed with ${miner} miners and ${rng} rngs`,
    async () => {
      const points = (await readHistory(dashboard, seconds + 2)).slice(-seconds);
      const isSettled = points.every((point) => point.miners === miner && point.rng === rng);
      return points.length === seconds && isSettled && points;
    },
    TIMEOUT_MS,
  );
}
