/** A speed, for instance "9.9"; "–" where it is not known. */
export function speed(perSecond: number | null | undefined): string {
  if (perSecond == null) return '–';
  return perSecond >= 99.95 ? whole(Math.round(perSecond)) : perSecond.toFixed(1);
}

/** A whole number with its thousands apart. */
export function whole(value: number | null | undefined): string {
  return value == null ? '–' : value.toLocaleString('en');
}

/** A time in milliseconds, as people say it: "2.5 ms", "101 ms", "30.2 s", "12 min". */
export function duration(ms: number): string {
  // The borders are where rounding would bring a digit more.
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 5_970_000) return `${(ms / 60_000).toFixed(0)} min`;
  return `${(ms / 3_600_000).toFixed(0)} h`;
}

/** A share as a whole percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** An age in milliseconds, counted in its two largest units: "4 s", "3:05 min", "2:15 h". */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))} h`;
}
