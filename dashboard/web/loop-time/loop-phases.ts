/**
 * The phases of a loop, from its start to its end. The wait in the queue comes before.
 * @module
 */
import type { Frame, LoopTimes, UpstreamName } from '../../frame/frame.ts';

type Stage = Exclude<keyof LoopTimes, 'queueWait'>;

/** The same wherever a phase is drawn. */
export const PHASE_COLORS: Record<Stage, string> = {
  work: 'var(--phase-work)',
  rngWait: 'var(--phase-rng-wait)',
  rngService: 'var(--phase-rng)',
  hasherWait: 'var(--phase-hasher-wait)',
  hasherService: 'var(--phase-hasher)',
};

export interface Phase {
  /** Selects the color. */
  stage: Stage;
  label: string;
  /** The stages that it consists of. */
  stages: Stage[];
}

export interface TimedPhase extends Phase {
  /** In milliseconds. */
  mean: number;
  /** 95% of the loops took at most this long, in milliseconds. */
  p95: number;
}

/** A service that does not report how long a request waits and how long it is served is one phase. */
export function phasesOf(upstreams: Frame['upstreams']): Phase[] {
  const upstreamPhases = (name: UpstreamName): Phase[] => {
    const [wait, service] = [`${name}Wait`, `${name}Service`] as const;
    if (upstreams[name].reports) {
      return [
        { stage: wait, label: `${name} wait`, stages: [wait] },
        { stage: service, label: `${name} service`, stages: [service] },
      ];
    }
    const label = `${name} (not reported separately)`;
    return [{ stage: service, label, stages: [wait, service] }];
  };
  return [
    { stage: 'work', label: 'work', stages: ['work'] },
    ...upstreamPhases('rng'),
    ...upstreamPhases('hasher'),
  ];
}

/** Returns how long each phase takes. */
export function timedPhases(times: LoopTimes, upstreams: Frame['upstreams']): TimedPhase[] {
  return phasesOf(upstreams).map((phase) => {
    const sum = (figure: 'mean' | 'p95') =>
      phase.stages.reduce((total, stage) => total + times[stage][figure], 0);
    return { ...phase, mean: sum('mean'), p95: sum('p95') };
  });
}
