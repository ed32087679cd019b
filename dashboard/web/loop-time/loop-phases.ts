/**
 * The phases of a loop, from its start to its end. The wait in the queue comes before.
 * @module
 */
import type { Frame, LoopTimes, UpstreamName } from '../../frame/frame.ts';

export interface Phase {
  /** Selects the color. */
  stage: keyof LoopTimes;
  label: string;
  /** In milliseconds. */
  mean: number;
  /** 95% of the loops took at most this long, in milliseconds. */
  p95: number;
}

/** A service that does not report how long a request waits and how long it is served is one phase. */
export function phasesOf(times: LoopTimes, upstreams: Frame['upstreams']): Phase[] {
  const upstreamPhases = (name: UpstreamName): Phase[] => {
    const wait = times[`${name}Wait`];
    const service = times[`${name}Service`];
    const stage = `${name}Service` as const;
    if (upstreams[name].reports) {
      return [
        { stage: `${name}Wait`, label: `${name} wait`, ...wait },
        { stage, label: `${name} service`, ...service },
      ];
    }
    const label = `${name} (not reported separately)`;
    return [{ stage, label, mean: wait.mean + service.mean, p95: wait.p95 + service.p95 }];
  };
  return [
    { stage: 'work', label: 'work', ...times.work },
    ...upstreamPhases('rng'),
    ...upstreamPhases('hasher'),
  ];
}
