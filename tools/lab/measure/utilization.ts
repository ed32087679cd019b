/**
 * Which stage is the busiest, by the utilization law.
 * @module
 */
import type { StageView } from '../../../dashboard/frame/frame.ts';
import { readFrame } from '../../stack/read-frame.ts';
import { until } from '../../stack/until.ts';
import { utilizationOf } from '../prediction/model.ts';
import { untilSettled } from './settled.ts';

/** The dashboard averages service times over this long, in seconds. */
const STAGE_WINDOW_S = 11;

export interface StageUse {
  name: StageView['name'];
  throughput: number;
  serviceMs: number;
  /** 0 = unlimited. */
  slots: number;
  utilization: number;
}

/**
 * Waits until this many miners and rngs have mined steadily, and resolves to the stages, the busiest one first.
 * @throws {Error} if the stages do not report their slots and service times
 */
export async function measureUtilization(
  dashboard: string,
  replicas: { miner: number; rng: number },
): Promise<StageUse[]> {
  await untilSettled(dashboard, replicas, STAGE_WINDOW_S);
  const frame = await until('the dashboard has a frame', () => readFrame(dashboard));
  const uses = frame.stages.map(({ name, throughput, serviceMs, slots }): StageUse => {
    if (serviceMs === null || slots === null) throw new Error(`${name} does not report its slots`);
    const utilization = utilizationOf(throughput, serviceMs, slots);
    return { name, throughput, serviceMs, slots, utilization };
  });
  return uses.sort((a, b) => b.utilization - a.utilization);
}
