import { readFrame } from '../../tools/stack/read-frame.ts';
import { until } from '../../tools/stack/until.ts';

/** Resolves once this dashboard shows `miners` miners and a speed between `min` and `max` hashes/s. */
export function untilSpeed(
  dashboard: string,
  min: number,
  max: number,
  miners: number,
  limitMs?: number,
): Promise<unknown> {
  return until(
    `${miners} miners do ${min} to ${max} hashes/s`,
    async () => {
      const latest = await readFrame(dashboard);
      if (latest?.miners !== miners || latest.speed === null) return false;
      return latest.speed > min && latest.speed < max;
    },
    limitMs,
  );
}
