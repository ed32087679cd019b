/**
 * The speed of a stack that has settled.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';
import { isWithin, type Tolerance } from '../prediction/prediction.ts';
import { SPEED_WINDOW_S, untilSettled } from './settled.ts';

/** How many speeds are measured, one a second. */
const SAMPLES = 8;

/** Other programs on the machine slow the stack down for a while. If the speed is off, this is how long it may recover. */
const PATIENCE_MS = 15_000;

/**
 * Waits until this many miners and rngs have mined steadily, and resolves to the median speed of 8 s, in hashes per second. If
 * that is not within the tolerance, it measures for up to 15 s more.
 */
export async function measureSpeed(
  dashboard: string,
  replicas: { miner: number; rng: number },
  tolerance: Tolerance,
): Promise<number> {
  let deadline: number | undefined;
  for (;;) {
    const points = await untilSettled(dashboard, replicas, SPEED_WINDOW_S + SAMPLES);
    const speed = median(points.slice(-SAMPLES).map((point) => point.speed ?? NaN));
    deadline ??= performance.now() + PATIENCE_MS;
    if (isWithin(speed, tolerance) || performance.now() > deadline) return speed;
    await sleep(1000); // until there is a new point
  }
}
