/**
 * The steps of the experiment: what to run, what to expect and why, and how it is measured.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import { httpingTimes } from '../stack/httping.ts';
import type { StepName } from './args.ts';
import type { Settings, StackPlan } from '../stack/deployment/deployment.ts';
import { usualPort } from '../stack/deployment/processes.ts';
import { killMiner } from './measure/kill.ts';
import { watchLeftovers } from './measure/leftovers.ts';
import { SPEED_WINDOW_S, untilSettled } from './measure/settled.ts';
import { measureSpeed } from './measure/speed.ts';
import { measureUtilization, type StageUse } from './measure/utilization.ts';
import { limitsOf, loopMs, speedOf, systemOf, waitMs } from './prediction/model.ts';
import { around, showFigure, type Prediction } from './prediction/prediction.ts';
import type { BarGroup, Step } from './step.ts';

/**
 * How far a speed may be off, as shares of it. On a quiet machine it is 1 to 3% below the limit; on a busy one, timers and
 * requests are late. It is never above the limit, except that a few loops follow closely on a late one.
 */
const SPEED_BELOW = 0.2;
const SPEED_ABOVE = 0.05;

/** If each miner chose one of four rngs at random, the speed would be 19% below the limit. That must not pass. */
const BALANCED_BELOW = 0.16;

/** A quarter of the wait at rng is two of the eight requests there. */
const WAIT_TOLERANCE = 0.25;

/** A request that waits for nobody takes a few milliseconds; half a delay means that it did wait. */
const NO_WAIT_MS = 50;

/** Requests of `httping`. */
const PINGS = 10;

/** The best speed of the original without delays, in hashes per second: eight workers on two cores. */
const ORIGINAL_BEST = 222;
const FASTER = { min: ORIGINAL_BEST };

/** Short, so that nobody waits long for the job of the killed miner. The default is 30 s. */
const LOCK_MS = 5000;

/** Returns a plan with the delays of the contract. */
export const planOf = (miner: number, rng: number, settings: Settings = {}): StackPlan => ({
  scale: { miner, rng },
  fast: false,
  settings,
});

const origin = (service: 'dashboard' | 'rng' | 'hasher') =>
  `http://localhost:${usualPort(service)}`;

const ms = (value: number) => showFigure(value, 'ms');
const perSecond = (value: number) => `${showFigure(value, '')}/s`;
const none = () => [];

export const steps: Step[] = [
  speedStep(
    'one-miner',
    'How fast is one miner?',
    [1, 1],
    `A loop takes 100 + 100 + 100 = ${loopMs(systemOf(1, 1))} ms, and 1000 / 300 = 3.33.`,
  ),
  speedStep(
    'two-miners',
    'Are two miners twice as fast?',
    [2, 1],
    `Two miners do not wait for each other, so 2 × 3.33 = 6.67/s.`,
  ),
  speedStep(
    'ten-miners',
    'Are ten miners ten times as fast?',
    [10, 1],
    `Ten miners allow 10 × 3.33 = 33.3/s, but rng serves one request at a time: 1000 / 100 = 10/s. The lower limit counts.`,
  ),
  {
    name: 'latency',
    question: 'Where do ten miners wait?',
    plan: planOf(10, 1),
    commands: () => [
      `httping -c ${PINGS} ${origin('rng')}`,
      `httping -c ${PINGS} ${origin('hasher')}`,
    ],
    reason: `At 10/s, 2 of 10 loops are at work or at hasher. The other 8 are at rng: 7 wait, 1 is half done, so 7.5 × 100 = ${ms(waitMs(systemOf(10, 1), 'rng'))}. hasher serves all at once.`,
    predictions: [
      {
        what: 'response time of rng, median',
        unit: 'ms',
        expected: waitMs(systemOf(10, 1), 'rng'),
        tolerance: around(waitMs(systemOf(10, 1), 'rng'), WAIT_TOLERANCE, WAIT_TOLERANCE),
      },
      {
        what: 'response time of hasher, median',
        unit: 'ms',
        expected: waitMs(systemOf(10, 1), 'hasher'),
        tolerance: { max: NO_WAIT_MS },
      },
    ],
    async measure({ deployment: { origins } }) {
      await untilSettled(origins.dashboard, { miner: 10, rng: 1 }, SPEED_WINDOW_S);
      const rng = await httpingTimes(origins.rng, PINGS);
      const hasher = await httpingTimes(origins.hasher, PINGS);
      const group = (title: string, times: number[], expected: number): BarGroup => ({
        title,
        unit: 'ms',
        bars: times.map((value, index) => ({ label: String(index + 1), value })),
        expected,
      });
      return {
        figures: [median(rng), median(hasher)],
        bars: [
          group('rng', rng, waitMs(systemOf(10, 1), 'rng')),
          group('hasher', hasher, waitMs(systemOf(10, 1), 'hasher')),
        ],
      };
    },
  },
  {
    name: 'bottleneck',
    question: 'Which part limits the speed?',
    plan: planOf(10, 1),
    commands: () => [`curl -s ${origin('dashboard')}/api/frame`],
    reason:
      'Utilization law, U = X·S/m: at X = 10/s, rng is busy for 10 × 0.1 s / 1 = 1, the ten miners for 10 × 0.3 s / 10 = 0.3.',
    predictions: [
      { what: 'the busiest part', unit: '', expected: 'rng' },
      { what: 'utilization of rng', unit: '', expected: 1, tolerance: around(1, 0.2, 0.2) },
    ],
    async measure({ deployment }) {
      const stages = await measureUtilization(deployment.origins.dashboard, { miner: 10, rng: 1 });
      const rng = stages.find(({ name }) => name === 'rng');
      return {
        figures: [stages[0]?.name ?? 'none', rng?.utilization ?? NaN],
        notes: [
          ...stages.map(showUse),
          `The page shows the same: ${deployment.origins.dashboard}/?reveal`,
        ],
        bars: [
          {
            title: 'utilization',
            unit: '',
            bars: stages.map(({ name, utilization }) => ({ label: name, value: utilization })),
            expected: 1,
          },
        ],
      };
    },
  },
  speedStep(
    'four-rngs',
    'What do four rngs change?',
    [10, 4],
    `Four rngs allow 4 × 10 = ${perSecond(limitsOf(systemOf(10, 4)).rng)}, ten miners 10 × 3.33 = ${perSecond(limitsOf(systemOf(10, 4)).miner)}: now the miners are the limit.`,
    BALANCED_BELOW,
  ),
  {
    name: 'no-delays',
    question: 'How fast is the pipeline without delays?',
    plan: { scale: { miner: 1, rng: 1 }, fast: true, settings: {} },
    commands: none,
    reason: `Without delays, only the work of the processors is left. The original did at most ${ORIGINAL_BEST}/s with eight workers.`,
    predictions: [
      {
        what: 'speed',
        unit: 'hashes/s',
        expected: ORIGINAL_BEST,
        tolerance: FASTER,
      },
    ],
    measure: async ({ deployment }) => ({
      figures: [await measureSpeed(deployment.origins.dashboard, { miner: 1, rng: 1 }, FASTER)],
    }),
  },
  {
    name: 'killed-miner',
    question: 'What happens to the job of a miner that is killed?',
    plan: planOf(3, 1, { MINER_LOCK_MS: String(LOCK_MS) }),
    commands: ({ kind, commands }) => [
      commands.list,
      commands.signal({ id: kind === 'compose' ? 'NAME' : 'PID' }, 'SIGKILL'),
    ],
    reason: `Nobody renews the lock, so it expires after ${LOCK_MS / 1000} s. The next check for stalled jobs, 0 to ${LOCK_MS / 1000} s later, returns the job, and another miner runs it: ${(1.5 * LOCK_MS) / 1000} s on average.`,
    predictions: [
      {
        what: 'time until its job is completed',
        unit: 's',
        expected: (1.5 * LOCK_MS) / 1000,
        // The lock may be half a second old, and a busy machine takes a while to run the job.
        tolerance: { min: (0.6 * LOCK_MS) / 1000, max: (2.6 * LOCK_MS) / 1000 },
      },
      exactly('runs of its job', 2),
      exactly('jobs lost or counted twice', 0),
      exactly('jobs failed', 0),
    ],
    async measure({ deployment }) {
      await untilSettled(deployment.origins.dashboard, { miner: 3, rng: 1 }, SPEED_WINDOW_S);
      const { victim, jobId, killedAt, completedAt, runs, lost, failed } = await killMiner(
        deployment,
        LOCK_MS,
      );
      return {
        figures: [completedAt - killedAt, runs, lost, failed],
        notes: [`${victim} was killed in the middle of job ${jobId}.`],
        marks: [
          { at: killedAt, label: `${victim} killed` },
          { at: completedAt, label: `job ${jobId} completed` },
        ],
      };
    },
  },
  {
    name: 'clean-up',
    question: 'What is left after a stop?',
    commands: ({ commands }) => [commands.stop],
    reason: 'The services stop in order and close what they opened. Nothing outlives the stack.',
    predictions: [exactly('left running or open', 0)],
    async measure({ deployment, stop }) {
      const leftovers = await watchLeftovers(deployment);
      await stop();
      const left = await leftovers();
      return { figures: [left.length], notes: left };
    },
  },
];

function speedStep(
  name: StepName,
  question: string,
  [miner, rng]: [number, number],
  reason: string,
  below = SPEED_BELOW,
): Step {
  const expected = speedOf(systemOf(miner, rng));
  const tolerance = around(expected, below, SPEED_ABOVE);
  return {
    name,
    question,
    plan: planOf(miner, rng),
    commands: none,
    reason,
    predictions: [{ what: 'speed', unit: 'hashes/s', expected, tolerance }],
    measure: async ({ deployment }) => ({
      figures: [await measureSpeed(deployment.origins.dashboard, { miner, rng }, tolerance)],
    }),
  };
}

function showUse({ name, throughput, serviceMs, slots, utilization }: StageUse): string {
  if (slots === 0) return `${name} has no limit: it serves all requests at once.`;
  const load = `${perSecond(throughput)} × ${ms(serviceMs)} / ${slots}`;
  return `${name}: U = ${load} = ${utilization.toFixed(2)}.`;
}

function exactly(what: string, count: number): Prediction {
  return { what, unit: '', expected: count, tolerance: { min: count, max: count } };
}
