/**
 * How fast the picture moves: what one frame says about the flow of jobs, and how much of it can be drawn.
 * @module
 */
import { totalSlots, type Frame, type StageView, type UpstreamName } from '../../frame/frame.ts';
import { niceStep } from '@dockercoins/common/axis';

/** More dots than this look like a crowd; one dot then stands for several jobs. */
const MAX_DOTS = 60;

/** Loops per second that can be drawn. Slow motion starts above `from` and ends below `until`, so it does not flicker. */
const SLOW_MOTION = { from: 45, until: 36, drawn: 12 };

/** Weight of a new frame in the averages, which reach back about five seconds. */
const NEW = 0.2;

/** The flow of jobs, in real time. Counts and rates are of dots, each of which stands for `jobsPerDot` jobs. */
export interface Pace {
  jobsPerDot: number;
  /** How many times slower than real time the picture runs; 1 = true pace. */
  slowdown: number;
  /** Jobs in progress, except those of dead miners. */
  dots: number;
  /** Loops per second; 0 = nothing moves. */
  speed: number;
  /** How long a job is at its miner, is served by rng, and is at hasher, in milliseconds. */
  workMs: number;
  rngMs: number;
  hasherMs: number;
  /** How many jobs rng serves at once; Infinity if that is unlimited, unknown, or not a whole number of dots. */
  slots: number;
  /** Requests in progress (not dots): a mean over a few seconds, or, if nothing moves, the latest reports. */
  pending: Record<UpstreamName, number>;
  /** Attempts that failed since the previous frame, and the service that probably failed them. */
  failed: number;
  failing: UpstreamName;
  /** Jobs whose time to be retried has come since the previous frame. */
  returned: number;
  /** Jobs that the producer adds per second. */
  added: number;
}

/** Shares of the jobs in progress. */
type Shares = Record<UpstreamName, number>;

/** Turns the frames, one after another, into the pace of the picture. */
export class Pacer {
  #previous: Frame | undefined;
  #shares: Shares | undefined;
  #isSlow = false;

  update(frame: Frame): Pace {
    const jobs = jobsInLoop(frame);
    const jobsPerDot = jobs <= MAX_DOTS ? 1 : niceStep(jobs / MAX_DOTS);
    const speed = this.#hasStopped(frame) ? 0 : (frame.speed ?? 0) / jobsPerDot;
    this.#isSlow = speed > (this.#isSlow ? SLOW_MOTION.until : SLOW_MOTION.from);
    this.#shares = this.#averageOf(frame);
    const { rng, hasher } = speed === 0 ? sharesOf(frame) : this.#shares;
    const dots = Math.round(jobs / jobsPerDot);
    const failed = this.#failed(frame);
    const pace = {
      jobsPerDot,
      slowdown: this.#isSlow ? speed / SLOW_MOTION.drawn : 1,
      dots,
      speed,
      ...timesOf(frame, this.#shares, speed === 0 ? 0 : (dots * 1000) / speed),
      slots: jobsPerDot === 1 ? slotsOf(frame) : Infinity,
      pending: { rng: Math.round(rng * jobs), hasher: Math.round(hasher * jobs) },
      failed: Math.ceil(failed / jobsPerDot),
      failing: failingIn(frame),
      returned: Math.ceil(this.#returned(frame, failed) / jobsPerDot),
      added: (frame.queue.added ?? 0) / jobsPerDot,
    };
    this.#previous = frame;
    return pace;
  }

  /** The speed is a mean over a few seconds. If it promises several loops a second and none came, mining has stopped. */
  #hasStopped(frame: Frame): boolean {
    const previous = this.#previous;
    const isNext = previous !== undefined && frame.at > previous.at;
    return isNext && frame.loops === previous.loops && (frame.speed ?? 0) >= 3;
  }

  /**
   * Returns the shares over time: the means of the last ten seconds if they still hold, otherwise an average of the snapshots,
   * which starts over if the number of jobs changes.
   */
  #averageOf(frame: Frame): Shares {
    const means = meanSharesOf(frame);
    if (means) return means;
    const shares = sharesOf(frame);
    const jobs = jobsInLoop(frame);
    const before = this.#previous ? jobsInLoop(this.#previous) : 0;
    const average = this.#shares;
    if (average === undefined || Math.abs(jobs - before) > before / 5) return shares;
    const blend = (name: UpstreamName) => average[name] + NEW * (shares[name] - average[name]);
    return { rng: blend('rng'), hasher: blend('hasher') };
  }

  #failed({ fleet }: Frame): number {
    const before = new Map(this.#previous?.fleet.map(({ id, errors }) => [id, errors]));
    return fleet.reduce((sum, { id, errors }) => {
      return sum + Math.max(0, errors - (before.get(id) ?? errors));
    }, 0);
  }

  #returned({ queue }: Frame, failed: number): number {
    const before = this.#previous?.queue ?? queue;
    const forGood = Math.max(0, queue.failed - before.failed);
    return Math.max(0, failed - forGood - (queue.delayed - before.delayed));
  }
}

/** Returns the number of jobs in progress, except those of dead miners. */
export function jobsInLoop({ queue, abandoned }: Frame): number {
  return Math.max(0, queue.active - abandoned.length);
}

/** The reports are up to a second older than the count of jobs, so they may contradict it. */
function sharesOf(frame: Frame): Shares {
  const jobs = jobsInLoop(frame);
  const { rng, hasher } = frame.upstreams;
  const all = Math.max(1, jobs, rng.pending + hasher.pending);
  return jobs === 0
    ? { rng: 0, hasher: 0 }
    : { rng: rng.pending / all, hasher: hasher.pending / all };
}

/**
 * Returns the shares according to the measured times; undefined if these do not add up to the time of a loop that follows from
 * the speed, by Little's law: they are outdated, or the miners are busy with something else.
 */
function meanSharesOf(frame: Frame): Shares | undefined {
  const { times, speed } = frame;
  if (!times || !speed) return undefined;
  const loopMs = (jobsInLoop(frame) * 1000) / speed;
  const rng = times.rngWait.mean + times.rngService.mean;
  const hasher = times.hasherWait.mean + times.hasherService.mean;
  const sum = times.work.mean + rng + hasher;
  if (Math.abs(sum - loopMs) > loopMs / 10) return undefined;
  return { rng: rng / sum, hasher: hasher / sum };
}

/** Returns how many requests rng serves at once; Infinity if that is unlimited or unknown. */
const slotsOf = ({ upstreams }: Frame) => totalSlots(upstreams.rng.replicas) || Infinity;

function failingIn({ upstreams }: Frame): UpstreamName {
  return upstreams.hasher.failures && !upstreams.rng.failures ? 'hasher' : 'rng';
}

/**
 * Returns how long a job stays where. The sum of all times is the number of jobs divided by the speed, by Little's law. The
 * measured times of work and service are part of it. The rest is waiting: at the miner (for Redis, or for the processor), at
 * rng, or at hasher, as the snapshots say. Waiting at rng is left out, because the line there forms by itself.
 * @param loopMs time per loop in milliseconds
 */
function timesOf(
  frame: Frame,
  shares: Shares,
  loopMs: number,
): Pick<Pace, 'workMs' | 'rngMs' | 'hasherMs'> {
  const stage = (name: StageView['name']) => frame.stages.find((found) => found.name === name);
  const served = (name: UpstreamName) => stage(name)?.serviceMs ?? stage(name)?.totalMs ?? 0;
  const measured = {
    miner: frame.times?.work.mean ?? 0,
    rng: served('rng'),
    hasher: served('hasher'),
  };
  const waiting = {
    miner: Math.max(0, loopMs * (1 - shares.rng - shares.hasher) - measured.miner),
    rng: Math.max(0, loopMs * shares.rng - measured.rng),
    hasher: Math.max(0, loopMs * shares.hasher - measured.hasher),
  };
  const rest = Math.max(0, loopMs - measured.miner - measured.rng - measured.hasher);
  const scale = rest / (waiting.miner + waiting.rng + waiting.hasher || 1);
  // A measurement error must not make rng slower than it is.
  const maxRngMs = frame.speed ? (slotsOf(frame) * 1000) / frame.speed : Infinity;
  return {
    workMs: measured.miner + scale * waiting.miner,
    rngMs: Math.min(measured.rng, maxRngMs),
    hasherMs: measured.hasher + scale * waiting.hasher,
  };
}
