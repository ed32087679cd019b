/**
 * What a loop costs apart from its delays, measured on the stack that the page shows.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { Frame } from '../../frame/frame.ts';
import { DEFAULTS, MEASURED, type Costs } from '../../../simulation/settings.ts';
import { setupKey, setupOf, type Setup } from './setup.ts';

/** So many frames, one a second, show what is usual; each has means over ten seconds. */
const FRAMES = 30;

/** After a change of replicas or settings, the means of a frame contain older loops for this long (s). */
const SETTLE_SECONDS = 12;

/** If loops wait for longer than this share of their time, a small error of the speed hides the cost of a job. */
const MAX_WAIT = 0.1;

/** Faster than this (hashes/s), the processors may be the limit, and their use is far above what idle processes need. */
const FAST = 200;

/** What costs more than this (ms) is something else, such as a machine that has no time for the stack. */
const MAX_MS = 20;

const CPU_PARTS = ['redis', 'rng', 'hasher', 'producer', 'miner'] as const;

/**
 * Keeps the costs of the latest frames with the same setup, in which the speed had settled.
 *
 * - A request costs what it takes apart from wait and service at its replica. Miners report that as part of the wait, so the
 *   smaller one of the waits at rng and hasher is used: hasher has no line by default.
 * - Timers are late by the difference of hasher's service time and its delay, or else as usual.
 * - A job costs what is left of a loop: the number of loops in progress divided by the speed (Little's law), without the times
 *   of all stages. That difference is of use only while loops hardly wait and miners always have a job. Otherwise a job is
 *   assumed to be slower than usual by the same factor as a request.
 * - CPU time matters only without delays, so only then is it measured.
 */
export class Calibration {
  #key: string | undefined;
  /** When the setup changed (seconds since 1970). */
  #changedAt = -Infinity;
  #costs: Costs[] = [];

  /** The first frame counts as settled; after a change, earlier costs are kept until there are new ones. */
  add(frame: Frame): void {
    const setup = setupOf(frame, frame.queue.names.length);
    if (setup === undefined || frame.troubled) return;
    const key = setupKey(setup);
    const isChanged = key !== this.#key;
    if (isChanged && this.#key !== undefined) this.#changedAt = frame.at;
    this.#key = key;
    const settledFor = frame.at - this.#changedAt - SETTLE_SECONDS;
    if (settledFor < 0) return;
    const costs = costsOf(frame, setup);
    if (costs === undefined) return;
    this.#costs = [...this.#costs, costs].slice(-Math.min(FRAMES, settledFor + 1));
  }

  /** Returns the medians; before the first frame that shows them, the usual costs. */
  costs(): Costs {
    const latest = this.#costs.at(-1);
    if (latest === undefined) return MEASURED;
    const middle = (value: (costs: Costs) => number) => median(this.#costs.map(value));
    return {
      ...latest,
      requestMs: middle(({ requestMs }) => requestMs),
      jobMs: middle(({ jobMs }) => jobMs),
      timerMs: middle(({ timerMs }) => timerMs),
    };
  }
}

/** Returns the costs that a frame shows; undefined if it has no times. */
function costsOf(frame: Frame, setup: Setup): Costs | undefined {
  const { times, speed } = frame;
  if (times === null || speed === null || speed === 0) return undefined;
  const cpu = cpuOf(frame, speed);
  const requestMs = limited(Math.min(times.rngWait.mean, times.hasherWait.mean));
  const all = { ...DEFAULTS, ...setup.settings };
  const [rng, hasher] = [all.RNG_DELAY_MS, all.HASHER_DELAY_MS];
  const isConstant =
    all.HASHER_DELAY_DISTRIBUTION === 'constant' &&
    setup.settings.HASHER_SLOW_REPLICA === undefined;
  const timerMs =
    hasher > 0 && isConstant
      ? limited(times.hasherService.mean - hasher - cpu.cpuMs.hasher)
      : MEASURED.timerMs;
  const jobMs = jobMsOf(frame, setup, cpu) ?? (MEASURED.jobMs * requestMs) / MEASURED.requestMs;
  return { ...MEASURED, ...cpu, requestMs, timerMs: rng + hasher === 0 ? 0 : timerMs, jobMs };
}

/** Returns what is left of a loop, in ms; null if the difference says nothing. */
function jobMsOf(
  { times, speed, queue, fleet, source }: Frame,
  { settings }: Setup,
  { cpuMs }: Pick<Costs, 'cpuMs'>,
): number | null {
  if (times === null || speed === null || settings.PRODUCER_RATE !== undefined) return null;
  const slots = fleet.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const loopMs = (slots * 1000) / speed;
  const { work, rngWait, rngService, hasherWait, hasherService } = times;
  const waitMs = rngWait.mean + hasherWait.mean;
  const isSteady = queue.waiting > 0 && queue.concurrency === null && source === 'queue';
  if (!isSteady || waitMs > MAX_WAIT * loopMs) return null;
  const stagesMs = work.mean + waitMs + rngService.mean + hasherService.mean;
  return limited(loopMs - stagesMs - cpuMs.miner - cpuMs.redis);
}

/** Returns the cores, and how much of their time a loop needs. */
function cpuOf({ cpu, startedWith }: Frame, speed: number): Pick<Costs, 'cores' | 'cpuMs'> {
  // Swarm and Kubernetes have several machines, and the page knows the cores of one.
  const isOneMachine = startedWith === 'npm' || startedWith === 'compose';
  const cores = isOneMachine ? cpu.cores : 0;
  if (speed < FAST) return { cores, cpuMs: MEASURED.cpuMs };
  const measured = CPU_PARTS.map((part) => {
    const total = cpu.services.find(({ name }) => name === part)?.total;
    return [part, total === undefined ? MEASURED.cpuMs[part] : (total * 1000) / speed];
  });
  return { cores, cpuMs: Object.fromEntries(measured) as Costs['cpuMs'] };
}

const limited = (ms: number) => Math.max(0, Math.min(MAX_MS, ms));
