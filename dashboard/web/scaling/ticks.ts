/** Returns the smallest 1, 2, or 5 times a power of ten that is at least `min`, as a step between axis labels. */
export function niceStep(min: number): number {
  const power = 10 ** Math.floor(Math.log10(min));
  return power * ([1, 2, 5].find((factor) => factor * power >= min) ?? 10);
}

/** Returns the multiples of a step from 0 to `max`. */
export function ticks(step: number, max: number): number[] {
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, n) => n * step);
}
