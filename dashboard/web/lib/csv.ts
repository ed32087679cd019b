import type { Point } from '../../frame.ts';

const COLUMNS = [
  'time',
  'speed',
  'loops',
  'hashes',
  'miners',
  'rng',
  'hasher',
  'rngMs',
  'hasherMs',
  'settings',
  'troubled',
] as const;

/** Returns the points as CSV with a header row. Times are in ISO 8601; unknown values are empty. */
export function toCsv(points: readonly Point[]): string {
  const rows = points.map((point) =>
    [
      new Date(point.at * 1000).toISOString(),
      point.speed?.toFixed(3) ?? '',
      point.loops,
      point.hashes ?? '',
      point.miners,
      point.rng ?? '',
      point.hasher ?? '',
      point.rngMs?.toFixed(1) ?? '',
      point.hasherMs?.toFixed(1) ?? '',
      quoted(point.settings),
      point.troubled,
    ].join(','),
  );
  return [COLUMNS.join(','), ...rows, ''].join('\n');
}

/** Quotes a text, because it may contain commas (RFC 4180). */
function quoted(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '""')}"`;
}
