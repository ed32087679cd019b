import { totalSlots, type Frame, type UpstreamName, type UpstreamView } from '../../frame/frame.ts';
import { jobsInLoop } from './pace.ts';

/** Jobs at rng or hasher; `line` is null if the number of slots is not reported. */
export interface Load {
  served: number;
  line: number | null;
}

export interface Stations {
  /** Jobs in progress that are neither at rng nor at hasher. */
  atMiner: number;
  rng: Load;
  hasher: Load;
}

/**
 * Returns where the jobs in progress are.
 * @param pending requests in progress
 */
export function stationsOf(frame: Frame, pending: Record<UpstreamName, number>): Stations {
  return {
    atMiner: Math.max(0, jobsInLoop(frame) - pending.rng - pending.hasher),
    rng: loadOf(frame.upstreams.rng, pending.rng),
    hasher: loadOf(frame.upstreams.hasher, pending.hasher),
  };
}

function loadOf({ replicas, avoided, failures }: UpstreamView, pending: number): Load {
  if (replicas.length === 0 && (avoided.length > 0 || failures))
    return { served: 0, line: pending };
  const slots = totalSlots(replicas);
  if (slots === null) return { served: pending, line: null };
  const served = Math.min(pending, slots || Infinity);
  return { served, line: pending - served };
}
