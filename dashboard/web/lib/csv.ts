import type { Point } from '../../frame.ts';

const COLUMNS = ['time', 'speed', 'loops', 'hashes', 'miners', 'rng', 'hasher'] as const;

/** Returns the points as CSV with a header row. Times are in ISO 8601; unknown values are empty. */
export function toCsv(points: readonly Point[]): string {
  const rows = points.map(({ at, speed, loops, hashes, miners, rng, hasher }) =>
    [
      new Date(at * 1000).toISOString(),
      speed?.toFixed(3) ?? '',
      loops,
      hashes ?? '',
      miners,
      rng,
      hasher,
    ].join(','),
  );
  return [COLUMNS.join(','), ...rows, ''].join('\n');
}
