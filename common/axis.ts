/**
 * Axes of charts, with round numbers. d3-scale does this too, but adds 12 kB to pages that have a budget.
 * @module
 */

/** Returns the smallest 1, 2, or 5 times a power of ten that is at least `min`, as a step between axis labels. */
export function niceStep(min: number): number {
  const power = 10 ** Math.floor(Math.log10(min));
  return power * ([1, 2, 5].find((factor) => factor * power >= min) ?? 10);
}

/** Returns the multiples of a step from `min` to `max`. */
export function ticks(step: number, max: number, min = 0): number[] {
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, n) => (first + n) * step);
}

export interface Axis {
  min: number;
  max: number;
  /** Where its labels are. */
  ticks: number[];
}

/** Returns an axis from 0 to a round number that is at least `highest`, with about `labels` labels; from 0 to 1 if that is 0. */
export function axisTo(highest: number, labels: number): Axis {
  if (highest <= 0) return { min: 0, max: 1, ticks: [0, 1] };
  const step = niceStep(highest / labels);
  const max = step * Math.ceil(highest / step);
  return { min: 0, max, ticks: ticks(step, max) };
}
