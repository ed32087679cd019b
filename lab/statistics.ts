/** The middle one of the values in order, of an even number the mean of the two in the middle; NaN where there are none. */
export function median(values: number[]): number {
  const inOrder = values.toSorted((a, b) => a - b);
  const middle = inOrder.length / 2;
  return mean(inOrder.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}

/** The arithmetic mean; NaN where there are no values. */
export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The median of each value : the other of the same turn. What slows both in one turn is no matter then. */
export function medianRatio(values: number[], others: number[]): number {
  return median(values.map((value, turn) => value / (others[turn] ?? NaN)));
}
