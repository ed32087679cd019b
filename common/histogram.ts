/**
 * A histogram of durations. Bucket widths grow by a constant factor, so it stays small, and histograms can
 * be added without loss.
 * @module
 */

/** Number of durations per bucket; empty buckets are absent. Plain JSON. */
export type Histogram = Record<number, number>;

/** Eight buckets per doubling: a quantile is off by at most 4.5 %. */
const PER_DOUBLING = 8;
/** Upper limit of bucket 0, in milliseconds. */
const SHORTEST_MS = 0.25;

/** Counts a duration in milliseconds. */
export function count(histogram: Histogram, ms: number): void {
  const bucket = Math.max(0, Math.ceil(PER_DOUBLING * Math.log2(ms / SHORTEST_MS)));
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Adds to `sum` the durations counted between two snapshots of a growing histogram. */
export function addDifference(sum: Histogram, later: Histogram, earlier: Histogram = {}): void {
  for (const [key, total] of Object.entries(later)) {
    const bucket = Number(key);
    const added = total - (earlier[bucket] ?? 0);
    if (added > 0) sum[bucket] = (sum[bucket] ?? 0) + added;
  }
}

/**
 * Returns the duration (ms) that a fraction of all durations does not exceed; null if the histogram is empty.
 * @param fraction 0.95 for the 95th percentile
 */
export function quantile(histogram: Histogram, fraction: number): number | null {
  const buckets = Object.entries(histogram).map(([key, n]) => [Number(key), n] as const);
  const total = buckets.reduce((sum, [, n]) => sum + n, 0);
  let cumulative = 0;
  for (const [bucket, n] of buckets.sort(([a], [b]) => a - b)) {
    cumulative += n;
    // The middle of the bucket on the logarithmic scale.
    if (cumulative >= fraction * total) return SHORTEST_MS * 2 ** ((bucket - 0.5) / PER_DOUBLING);
  }
  return null;
}
