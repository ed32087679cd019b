import type uPlot from 'uplot';

/** A shorter stretch of known values would only be a sliver. */
const MIN_POINTS = 3;

/**
 * Builds the line of a series and the area below it, separately for each stretch of known values. uPlot's own builder draws one
 * line through all of them and clips the gaps, which leaves slivers next to narrow ones.
 */
export const linePath: uPlot.Series.PathBuilder = (plot, index, from, to) => {
  const stroke = new Path2D();
  const fill = new Path2D();
  const times = plot.data[0];
  const values = plot.data[index] ?? [];
  const bottom = plot.valToPos(0, 'y', true);
  for (const [first, last] of segmentsOf(values, from, to)) {
    const x = (n: number) => plot.valToPos(times[n] ?? 0, 'x', true);
    fill.moveTo(x(first), bottom);
    for (let n = first; n <= last; n += 1) {
      const y = plot.valToPos(values[n] ?? 0, 'y', true);
      if (n === first) stroke.moveTo(x(n), y);
      else stroke.lineTo(x(n), y);
      fill.lineTo(x(n), y);
    }
    fill.lineTo(x(last), bottom);
    fill.closePath();
  }
  return { stroke, fill };
};

/** Returns the first and last index of each stretch of known values between two indexes. */
export function segmentsOf(
  values: ArrayLike<number | null | undefined>,
  from: number,
  to: number,
): [number, number][] {
  const segments: [number, number][] = [];
  for (let n = from; n <= to; n += 1) {
    if (values[n] == null) continue;
    const segment = segments.at(-1);
    if (segment?.[1] === n - 1) segment[1] = n;
    else segments.push([n, n]);
  }
  return segments.filter(([first, last]) => last - first + 1 >= MIN_POINTS);
}
