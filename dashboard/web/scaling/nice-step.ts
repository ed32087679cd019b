/** Returns the smallest 1, 2, or 5 times a power of ten that is at least `min`, as a step between axis labels. */
export function niceStep(min: number): number {
  const power = 10 ** Math.floor(Math.log10(min));
  return power * ([1, 2, 5].find((factor) => factor * power >= min) ?? 10);
}
