/**
 * Whether a figure agrees with readings taken at the same time.
 * @module
 */

export interface Reading<T> {
  /** When the values were read, on a monotonic clock (ms). */
  at: number;
  values: T;
}

type Count = Reading<{ completed: number }>;

/** Fewer readings than this prove nothing. */
const ENOUGH = 4;

/**
 * Returns true unless the readings since `since` show that a value was never in their range. A value between two readings is
 * true, too, because counts change in between; so is a little more or less, because they change all the time.
 */
export function isValueTrue<T>(
  readings: readonly Reading<T>[],
  name: keyof T,
  value: number,
  since: number,
): boolean {
  const recent = readings.filter(({ at }) => at >= since).map(({ values }) => Number(values[name]));
  if (recent.length < ENOUGH || readings[0] === undefined || readings[0].at > since) return true;
  const low = Math.min(...recent);
  const high = Math.max(...recent);
  const slack = Math.max(2, 0.5 * (high - low));
  return value >= low - slack && value <= high + slack;
}

/** Windows over which the true speed is measured (ms), for a figure that covers five seconds or, in bursts, twenty. */
const WINDOWS_MS = [2000, 3500, 5000];
const RECENT_MS = 9000;
const LONG_MS = 20_000;

/**
 * After a pause, a figure covers only what follows it: at first, the second between two of its readings. The page's pauses are
 * of two seconds, but readings see less of them, and a resumed queue counts at once. The first reading may come 400 ms after
 * that, so readings cover only the rest of that second.
 */
const PAUSE_MS = 1000;
const RESUMED_MS = 600;

/** Tolerated error of a figure: readings are a fraction of a second apart. */
const ERROR = 0.3;

/** Returns true unless a speed (loops/s) is out of the range of the true speeds of the last few seconds. */
export function isRateTrue(readings: readonly Count[], speed: number, now: number): boolean {
  const [first] = readings;
  if (first === undefined || now - first.at < LONG_MS) return true;
  const recent = readings.filter(({ at }) => now - at <= RECENT_MS);
  const rates = WINDOWS_MS.flatMap((ms) => ratesOver(recent, ms));
  const long = ratesOver(
    readings.filter(({ at }) => now - at <= LONG_MS + 1000),
    LONG_MS,
  );
  const resumed = ratesOver(sinceLastPause(recent), RESUMED_MS);
  const low = Math.min(...rates, ...long, ...resumed);
  const high = Math.max(...rates, ...long, ...resumed);
  return speed >= low * (1 - ERROR) - 0.5 && speed <= high * (1 + ERROR) + 0.5;
}

/** Returns the speed of each stretch of about this length. */
function ratesOver(readings: readonly Count[], ms: number): number[] {
  return readings.flatMap((end) => {
    const begin = readings.findLast(({ at }) => end.at - at >= ms);
    if (begin === undefined) return [];
    return [((end.values.completed - begin.values.completed) * 1000) / (end.at - begin.at)];
  });
}

/** Returns the readings from the end of the last pause on; none if there was no pause. */
function sinceLastPause(readings: readonly Count[]): readonly Count[] {
  const end = readings.findLastIndex(({ at, values }, index) => {
    const before = readings[index - 1];
    if (before === undefined || before.values.completed === values.completed) return false;
    const begin = readings.find((it) => it.values.completed === before.values.completed);
    return begin !== undefined && at - begin.at >= PAUSE_MS;
  });
  return end === -1 ? [] : readings.slice(end);
}
