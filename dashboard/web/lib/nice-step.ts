/** The smallest of 1, 2 or 5 times a power of ten that is at least `raw`: a step that people count in. */
export function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
}
