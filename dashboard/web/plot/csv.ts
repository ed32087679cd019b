import type { Point } from '../../frame/frame.ts';
import { settingsText } from '../../frame/settings.ts';
import { isSimulated } from './readout.ts';

/** The columns, in order, and how their values are written. */
const COLUMNS: Record<string, (point: Point) => string | number | boolean> = {
  time: ({ at }) => (isSimulated(at) ? at : new Date(at * 1000).toISOString()),
  speed: ({ speed }) => speed?.toFixed(3) ?? '',
  loops: ({ loops }) => loops,
  hashes: ({ hashes }) => hashes ?? '',
  miners: ({ miners }) => miners,
  rng: ({ rng }) => rng ?? '',
  hasher: ({ hasher }) => hasher ?? '',
  troubled: ({ troubled }) => troubled,
};

/** What gives the bottleneck away. */
const REVEALING: typeof COLUMNS = {
  rngMs: ({ rngMs }) => rngMs?.toFixed(1) ?? '',
  hasherMs: ({ hasherMs }) => hasherMs?.toFixed(1) ?? '',
  settings: ({ settings }) => quoted(settingsText(settings)),
};

/**
 * Returns the points as CSV with a header row. Times are in ISO 8601, simulated ones in seconds since the start; unknown values are empty.
 * @param revealed whether to include response times and settings
 */
export function toCsv(points: readonly Point[], revealed: boolean): string {
  const columns = Object.entries(revealed ? { ...COLUMNS, ...REVEALING } : COLUMNS);
  const rows = points.map((point) => columns.map(([, valueOf]) => valueOf(point)).join(','));
  return [columns.map(([name]) => name).join(','), ...rows, ''].join('\n');
}

/** Quotes a text, because it may contain commas (RFC 4180). */
function quoted(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '""')}"`;
}
