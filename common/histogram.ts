/**
 * A histogram of durations. Bucket widths grow by a constant factor, so it stays small, and histograms can
 * be added without loss.
 * @module
 */

/** Number of durations per bucket; empty buckets are absent. Plain JSON. */
export type Histogram = Record<number, number>;

/** Buckets per doubling: a quantile is at most 4.5% too high. */
const PER_DOUBLING = 16;
/** Upper limit of bucket 0, in milliseconds. */
const SHORTEST_MS = 0.25;

/** Returns the upper limit of a bucket, in milliseconds. */
const limitOf = (bucket: number) => SHORTEST_MS * 2 ** (bucket / PER_DOUBLING);

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

/** Returns the number of durations counted. */
export function totalOf(histogram: Histogram): number {
  return Object.values(histogram).reduce((sum, n) => sum + n, 0);
}

/** Returns the number of durations in buckets up to `ms`: exact if `ms` is a power of two of milliseconds, from 0.25 on. */
export function countUpTo(histogram: Histogram, ms: number): number {
  return Object.entries(histogram).reduce(
    (sum, [bucket, n]) => (limitOf(Number(bucket)) <= ms ? sum + n : sum),
    0,
  );
}

/**
 * Returns a duration (ms) that a fraction of all durations does not exceed: the upper limit of the bucket, so the true quantile
 * may be a little lower, but is never higher. Null if the histogram is empty.
 * @param fraction 0.95 for the 95th percentile
 */
export function quantile(histogram: Histogram, fraction: number): number | null {
  const buckets = Object.entries(histogram).map(([key, n]) => [Number(key), n] as const);
  const total = totalOf(histogram);
  let cumulative = 0;
  for (const [bucket, n] of buckets.sort(([a], [b]) => a - b)) {
    cumulative += n;
    if (cumulative >= fraction * total) return limitOf(bucket);
  }
  return null;
}
