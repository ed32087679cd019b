import { median } from '@dockercoins/common/statistics';
import { SPEED_WINDOW_S, untilSettled } from './settled.ts';

/** How many speeds are measured, one a second. */
const SAMPLES = 8;

/** Waits until this many miners and rngs have mined steadily, and resolves to the median speed, in hashes per second. */
export async function measureSpeed(
  dashboard: string,
  replicas: { miner: number; rng: number },
): Promise<number> {
  const points = await untilSettled(dashboard, replicas, SPEED_WINDOW_S + SAMPLES);
  return median(points.slice(-SAMPLES).map(({ speed }) => speed ?? NaN));
}
