/**
 * How the page writes numbers. Unknown values become "–".
 * @module
 */

/** Returns a speed with one decimal, or as an integer from 100 up: "9.9", "1,235". */
export function formatSpeed(perSecond: number | null | undefined): string {
  if (perSecond == null) return '–';
  return perSecond >= 99.95 ? formatInteger(Math.round(perSecond)) : perSecond.toFixed(1);
}

/** Returns an integer with thousands separators: "1,234,567". */
export function formatInteger(value: number | null | undefined): string {
  return value == null ? '–' : value.toLocaleString('en');
}

/** Returns a count with its noun: "1 miner", "2 miners". */
export function formatCount(count: number, noun: string): string {
  return `${formatInteger(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Returns a duration in the unit that suits its length: "2.5 ms", "101 ms", "1.5 s", "30 s", "12 min", "2 h". */
export function formatDuration(ms: number): string {
  // Each threshold is where rounding would add a digit.
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 99_500) return `${(ms / 1000).toFixed(0)} s`;
  if (ms < 5_970_000) return `${(ms / 60_000).toFixed(0)} min`;
  return `${(ms / 3_600_000).toFixed(0)} h`;
}

/** Returns a share, where 1 is all, as a whole percentage: "50%". */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}

/** Returns an age, given in milliseconds, in its two largest units, rounded down: "4s", "3m 05s", "2h 15m". */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
}
