import { axisTo, niceStep, ticks } from '@dockercoins/common/axis';

/** The axes of a chart that begin at 0. */
export interface ChartScale {
  xMax: number;
  yMax: number;
  xTicks: number[];
  yTicks: number[];
}

/** Coordinates of a chart of speed against miners, in CSS pixels. */
export interface Plane {
  x: (miners: number) => number;
  y: (speed: number) => number;
  /** Edges of the plot. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Width of the whole chart. */
  width: number;
  /** Grows with the text: `1rem`, except on a wall. */
  rem: number;
  scale: ChartScale;
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
  const y = axisTo(maxSpeed, 5);
  return { xMax, yMax: y.max, xTicks, yTicks: y.ticks };
}

/**
 * Moves positions as little as possible so that they are at least `gap` apart, in their order, and between `top` and `bottom` as
 * far as they fit: by isotonic regression (pool adjacent violators).
 */
export function spread(
  positions: readonly number[],
  gap: number,
  { top, bottom }: { top: number; bottom: number },
): number[] {
  const order = [...positions.keys()].sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const blocks: { sum: number; size: number }[] = [];
  for (const [rank, index] of order.entries()) {
    let block = { sum: (positions[index] ?? 0) - rank * gap, size: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.size > block.sum / block.size;) {
      block = { sum: last.sum + block.sum, size: last.size + block.size };
      blocks.pop();
      last = blocks.at(-1);
    }
    blocks.push(block);
  }
  const shifts = blocks.flatMap(({ sum, size }) => Array<number>(size).fill(sum / size));
  const lowest = bottom - (positions.length - 1) * gap;
  const moved = [...positions];
  for (const [rank, index] of order.entries()) {
    moved[index] = Math.max(top, Math.min(shifts[rank] ?? 0, lowest)) + rank * gap;
  }
  return moved;
}
