import { niceStep } from './nice-step.ts';

/** The axes of a chart that begin at 0. */
export interface ChartScale {
  xMax: number;
  yMax: number;
  xTicks: number[];
  yTicks: number[];
}

/** Smallest number of miners at the right edge, so that there is room for a guess about ten. */
const MIN_X = 12;

/** The largest value is at most this share of an axis. */
const FILL = 0.93;

/**
 * Returns axes that have room for these numbers of miners and speeds. Without speeds, the y axis has no labels.
 * @param labels how many labels fit on the x axis
 */
export function chartScale(
  miners: readonly number[],
  speeds: readonly number[],
  labels: number,
): ChartScale {
  const xMax = Math.max(MIN_X, ...miners.map((count) => count / FILL));
  const xTicks = ticks(Math.max(1, niceStep(xMax / labels)), xMax);
  const maxSpeed = Math.max(0, ...speeds) / FILL;
  if (maxSpeed === 0) return { xMax, yMax: 1, xTicks, yTicks: [] };
  const step = niceStep(maxSpeed / 5);
  const yMax = Math.ceil(maxSpeed / step) * step;
  return { xMax, yMax, xTicks, yTicks: ticks(step, yMax) };
}

function ticks(step: number, max: number): number[] {
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, n) => n * step);
}

/** Moves positions up so that they are at least `gap` apart, in their order from the bottom. */
export function spread(positions: readonly number[], gap: number): number[] {
  const moved = [...positions];
  let free = Infinity;
  for (const [index, position] of [...positions.entries()].sort((a, b) => b[1] - a[1])) {
    moved[index] = Math.min(position, free);
    free = moved[index] - gap;
  }
  return moved;
}
