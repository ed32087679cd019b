/**
 * How the response time of rng or hasher grew with the number of miners, from the history. It shows that requests wait where
 * the service itself does not report it.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { Point, UpstreamName } from '../../frame/frame.ts';
import { plateausOf, type Plateau } from '../../frame/plateaus.ts';
import { sameSettings } from '../../frame/settings.ts';

interface Measured {
  miners: number;
  /** Median response time. */
  ms: number;
}

export interface ResponseGrowth {
  fewer: Measured;
  now: Measured;
}

/** Response times are means over ten seconds, so the first ones after a change include older calls. */
const SETTLE_SECONDS = 11;
/** Number of seconds that a median needs. */
const MIN_POINTS = 3;
/** Smaller factors may have other causes. */
const MIN_FACTOR = 1.5;

/**
 * Compares the median response time with the current number of miners to the smallest one with fewer miners, the same
 * replicas and the same settings. Returns null if it did not grow, or if there is too little data.
 */
export function responseGrowth(
  points: readonly Point[],
  upstream: UpstreamName,
): ResponseGrowth | null {
  const plateaus = plateausOf(points);
  const current = plateaus.at(-1);
  const now = current?.to === points.at(-1)?.at && current && measure(current, upstream);
  if (!current || !now) return null;
  const [fewer] = plateaus
    .filter(({ miners, rng, hasher, settings }) => {
      const sameReplicas = rng === current.rng && hasher === current.hasher;
      return miners < current.miners && sameReplicas && sameSettings(settings, current.settings);
    })
    .map((plateau) => measure(plateau, upstream))
    .filter((measured) => measured !== null)
    .sort((a, b) => a.ms - b.ms);
  return fewer !== undefined && now.ms >= MIN_FACTOR * fewer.ms ? { fewer, now } : null;
}

function measure({ from, points, miners }: Plateau, upstream: UpstreamName): Measured | null {
  const times = points
    .filter(({ at }) => at - from >= SETTLE_SECONDS)
    .map((point) => point[`${upstream}Ms`])
    .filter((ms) => ms !== null);
  return times.length < MIN_POINTS ? null : { miners, ms: median(times) };
}
