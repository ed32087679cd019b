/**
 * Counts of durations in buckets that grow by a constant factor: small, and sums of them are exact.
 * @module
 */

/** Counts by bucket; only buckets that have any. Plain JSON. */
export type Histogram = Record<number, number>;

/** Eight buckets to a doubling: a percentile is off by 4.5 % at the most. */
const PER_DOUBLING = 8;
/** Bucket 0 takes all that is shorter, in milliseconds. */
const SHORTEST_MS = 0.25;

/** Counts a duration in milliseconds. */
export function count(histogram: Histogram, ms: number): void {
  const bucket = Math.max(0, Math.ceil(PER_DOUBLING * Math.log2(ms / SHORTEST_MS)));
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Adds what `later` has more than `earlier` to `sum`. */
export function addDifference(sum: Histogram, later: Histogram, earlier: Histogram = {}): void {
  for (const [key, counted] of Object.entries(later)) {
    const bucket = Number(key);
    const more = counted - (earlier[bucket] ?? 0);
    if (more > 0) sum[bucket] = (sum[bucket] ?? 0) + more;
  }
}

/** The duration (ms) below which a share of the counted ones is, 0 < share <= 1; null where nothing is counted. */
export function quantile(histogram: Histogram, share: number): number | null {
  const buckets = Object.entries(histogram).map(
    ([key, counted]) => [Number(key), counted] as const,
  );
  const total = buckets.reduce((sum, [, counted]) => sum + counted, 0);
  let seen = 0;
  for (const [bucket, counted] of buckets.sort(([a], [b]) => a - b)) {
    seen += counted;
    // The middle of the bucket, on its own scale.
    if (seen >= share * total) return SHORTEST_MS * 2 ** ((bucket - 0.5) / PER_DOUBLING);
  }
  return null;
}
