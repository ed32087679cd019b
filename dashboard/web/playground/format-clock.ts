/**
 * Writes virtual time since the start: "2:05", or "2:05.300" with milliseconds.
 * @param ms milliseconds
 */
export function formatClock(ms: number, withMs: boolean): string {
  const whole = Math.floor(ms);
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  const clock = `${Math.floor(whole / 60_000)}:${digits(Math.floor(whole / 1000) % 60, 2)}`;
  return withMs ? `${clock}.${digits(whole % 1000, 3)}` : clock;
}
