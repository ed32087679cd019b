/**
 * Causes an incident and cures it.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { keys } from '@dockercoins/common/contract';
import { isUsual, USUAL } from '../../dashboard/frame/course.ts';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { settingsText } from '../../dashboard/frame/settings.ts';
import { readFrame } from '../stack/read-frame.ts';
import { until } from '../stack/until.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';
import { taggedJobs } from './scenarios/actions.ts';
import { BASELINE, type Scenario, type Sign, type Stack } from './scenarios/scenario.ts';
import { scaleOf } from './stack.ts';

/** What became of a sign. */
export interface Observation {
  before: number;
  /** The first value that shows the incident. */
  now: number;
  /** How long after the action (ms). */
  afterMs: number;
}

export interface Observations {
  symptom: Observation;
  firstFigure: Observation;
}

/** A stack that has just started may have a problem, or unknown settings, for a few seconds. */
const USABLE_TIMEOUT_MS = 8000;

/** Scaling, a speed measured over the last five seconds, and a machine that may be busy for a minute. */
const BASELINE_TIMEOUT_MS = 120_000;

/** Twice the delay of rng. Times are those of the last ten seconds, in which it may have been slow. */
const MAX_RNG_MS = 200;

/** How long a stack of another size then runs undisturbed, so that the plot shows what is usual. */
const PLATEAU_MS = 10_000;

/** Draining the queue takes ten seconds; a job's five attempts take up to eight. */
const SYMPTOM_TIMEOUT_MS = 60_000;

const HEALTHY_TIMEOUT_MS = 120_000;

/** How often the reason of a long wait is reported. */
const REPORT_MS = 15_000;

/** After two hours, the page lists problems again: nobody looks for the cause any more. */
const MAX_INCIDENT_S = 7200;

/** Share of the possible speed with which an incident starts; after a while, a busy machine may be slower. */
const GOOD_SPEED = { at: 0.9, lateMs: 20_000, late: 0.75 };

/** Share of the possible speed from which a stack counts as healthy again. */
const HEALTHY_SPEED = 0.75;

/** Share of the possible speed up to which a speed is real. It is measured over five seconds, so it follows late. */
const MAX_SPEED = 1.1;

/** A backlog of 100 jobs lasts ten seconds. */
const MAX_BACKLOG = 150;

const BUSY = 'this machine may be too busy';

/**
 * @throws {Error} if the stack has a problem, which would be mistaken for the incident, or settings other than the default ones,
 * for which the speed to expect is unknown
 */
export async function checkUsable(
  deployment: Pick<Deployment, 'origins'>,
  timeoutMs = USABLE_TIMEOUT_MS,
): Promise<void> {
  await waitFor({ deployment }, { timeoutMs }, ({ problems: [problem], settings }) => {
    if (problem) throw new Unmet(`the stack has a problem already: ${problem.text}`);
    if (isUsual(settings)) return true;
    const text = settingsText(settings);
    throw new Unmet(
      text === ''
        ? 'the settings of this stack are unknown, and incidents need the default ones'
        : `incidents need the default settings (${settingsText(USUAL)}); this stack has ${text}`,
    );
  });
}

/**
 * Scales the stack, hides problems on the page, puts the stack into the state of the scenario, and resolves once the symptom
 * shows.
 * @param onWait is told every 15 seconds why the incident has not begun yet
 * @throws {Error} if the stack is not healthy, the symptom does not show, or `signal` is aborted; then it must be cured
 */
export async function causeIncident(
  stack: Stack,
  scenario: Scenario,
  signal: AbortSignal,
  onWait?: (reason: string) => void,
): Promise<Observations> {
  const before = await reachBaseline(stack, signal, onWait);
  await stack.redis.set(keys.incident, '1', 'EX', MAX_INCIDENT_S);
  await scenario.action(stack);
  const actedAt = performance.now();
  const observe = async (sign: Sign): Promise<Observation> => {
    const beforehand = sign.read(before) ?? 0;
    const now = await waitFor(stack, { timeoutMs: SYMPTOM_TIMEOUT_MS, signal }, (frame) => {
      const value = sign.read(frame);
      if (value === null || !sign.shows(value, beforehand)) {
        throw new Unmet(`${sign.what} did not change enough: ${beforehand}, then ${value}`);
      }
      return value;
    });
    return { before: beforehand, now, afterMs: performance.now() - actedAt };
  };
  const [symptom, firstFigure] = await Promise.all([
    observe(scenario.symptom),
    observe(scenario.firstFigure),
  ]);
  return { symptom, firstFigure };
}

/**
 * Undoes the scenario, restores the number of replicas, and resolves to the first frame that shows a healthy stack.
 * @param onWait is told every 15 seconds why the stack is not healthy yet
 * @throws {Error} if the stack does not become healthy; the message says what is wrong
 */
export async function cureIncident(
  stack: Stack,
  scenario: Scenario,
  onWait?: (reason: string) => void,
): Promise<Frame> {
  const { deployment, saved } = stack;
  await scenario.cure(stack);
  await stack.redis.del(keys.incident);
  await deployment.scale(saved.scale);
  await checkSettings(stack);
  const expected = possibleSpeed(saved.scale);
  return waitFor(stack, { timeoutMs: HEALTHY_TIMEOUT_MS, onWait }, (frame) => {
    checkFrame(frame, saved.scale.miner ?? 0, expected, HEALTHY_SPEED);
    // `failed` is limited to the latest thousand.
    if (frame.queue.failed > saved.failed) throw new Unmet(`${frame.queue.failed} failed jobs`);
    return frame;
  });
}

/** Resolves to a frame of a healthy stack with {@link BASELINE} replicas. */
async function reachBaseline(
  stack: Stack,
  signal: AbortSignal,
  onWait: WaitOptions['onWait'],
): Promise<Frame> {
  await stack.deployment.scale(BASELINE);
  const startedAt = performance.now();
  const expected = possibleSpeed(BASELINE);
  const check = (frame: Frame) => {
    const isLate = performance.now() - startedAt > GOOD_SPEED.lateMs;
    checkFrame(frame, BASELINE.miner, expected, isLate ? GOOD_SPEED.late : GOOD_SPEED.at);
    const { waiting } = frame.queue;
    if (waiting > MAX_BACKLOG) {
      throw new Unmet(
        `${waiting} jobs are waiting, expected at most ${MAX_BACKLOG}: is PRODUCER_BACKLOG set?`,
      );
    }
    if (frame.rng !== BASELINE.rng) throw new Unmet(`${frame.rng} rngs respond`);
    const rngMs = frame.times?.rngService.p95 ?? Infinity;
    if (rngMs > MAX_RNG_MS) {
      throw new Unmet(`rng takes ${rngMs.toFixed()} ms, expected at most ${MAX_RNG_MS}: ${BUSY}`);
    }
    return frame;
  };
  const options = { timeoutMs: BASELINE_TIMEOUT_MS, signal, onWait };
  const first = await waitFor(stack, options, check);
  const { miner, rng } = stack.saved.scale;
  if (miner === BASELINE.miner && rng === BASELINE.rng) return first;
  await sleep(PLATEAU_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  return waitFor(stack, options, check);
}

/** @throws {Unmet} if there is a problem, another number of miners, or another speed */
function checkFrame(
  { problems: [problem], miners, speed }: Frame,
  expected: number,
  possible: number,
  minShare: number,
): void {
  if (problem !== undefined) throw new Unmet(problem.text);
  if (miners !== expected) throw new Unmet(`${miners} of ${expected} miners report`);
  const min = minShare * possible;
  const max = MAX_SPEED * possible;
  if (speed !== null && speed >= min && speed <= max) return;
  const reason = speed !== null && speed < min ? `: ${BUSY}` : '';
  throw new Unmet(
    `the speed is ${speed?.toFixed(1) ?? 'unknown'}, expected ${min.toFixed(1)} to ${max.toFixed(1)} hashes/s${reason}`,
  );
}

/** @throws {Error} if something is left of the incident */
async function checkSettings(stack: Stack): Promise<void> {
  const { deployment, redis, queue, saved } = stack;
  const actual = {
    incident: await redis.exists(keys.incident),
    scale: await scaleOf(deployment),
    maxmemory: (await redis.config('GET', 'maxmemory'))[1],
    paused: await queue.isPaused(),
    concurrency: await queue.getGlobalConcurrency(),
    rate: await queue.getGlobalRateLimit(),
    jobs: (await taggedJobs(stack)).length,
  };
  const { scale, maxmemory } = saved;
  const settings = { paused: false, concurrency: null, rate: null, jobs: 0 };
  const expected = { incident: 0, scale, maxmemory, ...settings };
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`something is left of the incident: ${JSON.stringify(actual)}`);
  }
}

/** With delays of 100 ms, a loop takes 300 ms, and rng serves one request at a time (hashes/s). */
const possibleSpeed = ({ miner = 0, rng = 0 }: { miner?: number; rng?: number }) =>
  Math.min((10 / 3) * miner, 10 * rng);

/** A condition that may still be met. */
class Unmet extends Error {}

interface WaitOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Is told every {@link REPORT_MS} why the condition is not met. */
  onWait?: ((reason: string) => void) | undefined;
}

/** Reads frames until `check` throws no {@link Unmet}; resolves to its result. @throws {Error} with the last one */
async function waitFor<T>(
  { deployment }: { deployment: Pick<Deployment, 'origins'> },
  { timeoutMs, signal, onWait }: WaitOptions,
  check: (frame: Frame) => T,
): Promise<T> {
  let reason = 'the dashboard does not respond, or cannot reach Redis';
  let reportedAt = performance.now();
  const attempt = async () => {
    signal?.throwIfAborted();
    const frame = await readFrame(deployment.origins.dashboard);
    try {
      if (frame !== undefined) return { result: check(frame) };
    } catch (err) {
      if (!(err instanceof Unmet)) throw err;
      reason = err.message;
    }
    if (performance.now() - reportedAt >= REPORT_MS) {
      reportedAt = performance.now();
      onWait?.(reason);
    }
    return undefined;
  };
  try {
    return (await until('the stack is as expected', attempt, timeoutMs)).result;
  } catch (err) {
    if (!(err as Error).message.startsWith('timed out')) throw err;
    throw new Error(reason, { cause: err });
  }
}
