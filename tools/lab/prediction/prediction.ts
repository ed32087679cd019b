/**
 * Predictions, and whether what was measured bears them out.
 * @module
 */

/** Bounds, both inclusive; without a bound, anything passes on that side. */
export interface Tolerance {
  min?: number;
  max?: number;
}

/** A figure, as it was predicted before the measurement. */
export interface Prediction {
  /** What is predicted, for example "speed". */
  what: string;
  /** Of numbers, for example "hashes/s"; empty for a plain count or a name. */
  unit: string;
  expected: number | string;
  /** Undefined for a name: it must be equal. */
  tolerance?: Tolerance;
}

/** A prediction and the measurement. */
export interface Check extends Prediction {
  measured: number | string;
  pass: boolean;
}

/** Returns bounds that are shares of a number: `around(10, 0.15, 0.05)` is from 8.5 to 10.5. */
export function around(expected: number, below: number, above: number): Tolerance {
  return { min: expected * (1 - below), max: expected * (1 + above) };
}

/** Returns the check. A number passes within the tolerance, a name if it is equal; NaN never passes. */
export function judge(prediction: Prediction, measured: number | string): Check {
  const { expected, tolerance } = prediction;
  const pass =
    tolerance === undefined
      ? measured === expected
      : typeof measured === 'number' && isWithin(measured, tolerance);
  return { ...prediction, measured, pass };
}

/** Returns whether a number is within the tolerance; NaN never is. */
export function isWithin(value: number, { min = -Infinity, max = Infinity }: Tolerance): boolean {
  return value >= min && value <= max;
}

/** Returns a figure for people: with up to three significant digits, or as a whole number. */
export function showFigure(figure: number | string, unit: string): string {
  const text = typeof figure === 'number' ? showNumber(figure) : figure;
  return unit === '' ? text : `${text} ${unit}`;
}

/** Returns what is expected, for people: "10 hashes/s", or "more than 222 hashes/s" for a prediction that is only a bound. */
export function showExpected({ expected, unit, tolerance }: Prediction): string {
  const isBound = tolerance?.min === expected && tolerance.max === undefined;
  return `${isBound ? 'more than ' : ''}${showFigure(expected, unit)}`;
}

/** Returns a tolerance for people, for example "8.5 to 10.5". */
export function showTolerance({ tolerance }: Prediction): string {
  if (tolerance === undefined) return 'exactly';
  const { min, max } = tolerance;
  if (min === max && min !== undefined) return 'exactly';
  if (max === undefined) return min === undefined ? 'any' : `at least ${showNumber(min)}`;
  return min === undefined
    ? `at most ${showNumber(max)}`
    : `${showNumber(min)} to ${showNumber(max)}`;
}

function showNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return String(Math.abs(value) < 100 ? Number(value.toPrecision(3)) : Math.round(value));
}
