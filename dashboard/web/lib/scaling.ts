import { median } from '@dockercoins/common/statistics';
import type { Point } from '../../frame.ts';

/** The speed that was measured with so many miners. */
export interface Measured {
  miners: number;
  /** Median, in hashes a second. */
  speed: number;
  /** Speed : (miners × speed of one). Null where the speed of one is not known. */
  efficiency: number | null;
}

export interface Scaling {
  measured: Measured[];
  /** Speed of one miner, measured; null where one miner was never seen alone. */
  ofOne: number | null;
}

/** So many seconds after a change the window of the speed is free of what was before. */
const SETTLE_SECONDS = 7;
const GAP_SECONDS = 2;

/**
 * Speed against number of miners, as it was while there were as many rngs and hashers as now.
 * Seconds that follow a change or a gap too closely are left out, and those without a miner or in
 * which nobody asked rng or hasher (0 replicas are unknown, not gone).
 */
export function scalingOf(all: readonly Point[]): Scaling {
  const points = all.filter(({ miners, rng, hasher }) => miners > 0 && rng > 0 && hasher > 0);
  const now = points.at(-1);
  if (now === undefined) return { measured: [], ofOne: null };
  const speeds = new Map<number, number[]>();
  let before: Point | undefined;
  let steadySince = 0;
  for (const point of points) {
    const isSame =
      before !== undefined &&
      point.at - before.at <= GAP_SECONDS &&
      point.miners === before.miners &&
      point.rng === before.rng &&
      point.hasher === before.hasher;
    if (!isSame) steadySince = point.at;
    before = point;
    const isSteady = point.at - steadySince >= SETTLE_SECONDS;
    const counts = point.rng === now.rng && point.hasher === now.hasher;
    if (!isSteady || !counts || !point.speed) continue;
    const known = speeds.get(point.miners) ?? [];
    known.push(point.speed);
    speeds.set(point.miners, known);
  }
  const one = speeds.get(1);
  const ofOne = one === undefined ? null : median(one);
  const measured = [...speeds].map(([miners, known]) => {
    const speed = median(known);
    return { miners, speed, efficiency: ofOne === null ? null : speed / (miners * ofOne) };
  });
  return { measured: measured.sort((a, b) => a.miners - b.miners), ofOne };
}
