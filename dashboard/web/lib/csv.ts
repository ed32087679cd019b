import type { Point } from '../../frame.ts';

const COLUMNS = ['time', 'speed', 'loops', 'hashes', 'miners', 'rng', 'hasher'] as const;

/** The points as comma-separated values with a head line; times in ISO 8601, empty where not known. */
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
