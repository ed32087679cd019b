/**
 * The real stack against the simulation: costs are taken from one setting, all others are predicted.
 * @module
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startProcesses } from '../../tools/stack/deployment/processes.ts';
import { killMiner } from '../../tools/lab/measure/kill.ts';
import { simulate, type Figures } from '../../simulation/figures.ts';
import { Pipeline } from '../../simulation/pipeline.ts';
import { DEFAULTS, MEASURED, planOf, type Costs } from '../../simulation/settings.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { until } from '../../tools/stack/until.ts';
import { Comparison } from './comparison.ts';
import { measure, type Measured } from './measure.ts';
import { CALIBRATION, COMPARED, type Compared } from './settings.ts';

/** How long each setting is measured. */
const SECONDS = 40;

/** So many simulations with other random numbers show by how much a measurement of this length varies. */
const SEEDS = 20;

const SPEED = 0.02;
const WAIT = { share: 0.05, ms: 3 };

let costs: Costs;
const comparison = new Comparison();

beforeAll(async () => {
  costs = costsOf(await measure(CALIBRATION, SECONDS));
  if (isTooMuch(costs)) costs = costsOf(await measure(CALIBRATION, SECONDS));
  if (isTooMuch(costs)) {
    const { requestMs, timerMs } = costs;
    throw new Error(
      `the machine has too much else to do for a comparison: a request takes ${requestMs.toFixed(1)} ms longer than its delay, and timers are ${timerMs.toFixed(1)} ms late`,
    );
  }
});

afterAll(() => {
  const { requestMs, jobMs, timerMs } = costs;
  comparison.print(
    `costs, from ${CALIBRATION.name}: ${requestMs.toFixed(2)} ms per request, ${jobMs.toFixed(2)} ms per job, timers ${timerMs.toFixed(2)} ms late`,
  );
});

/** On a machine with little else to do, a request costs 1 to 3 ms, and timers are less than 0.5 ms late. */
const isTooMuch = ({ requestMs, timerMs }: Costs) => requestMs > 5 || timerMs > 1;

/** What a loop takes longer than its delays. */
function costsOf(measured: Measured): Costs {
  const { RNG_DELAY_MS, MINER_WORK_MS } = DEFAULTS;
  const timerMs = Math.max(0, measured.rngServiceMs - RNG_DELAY_MS);
  const requests =
    measured.rngWaitMs + measured.rngServiceMs + measured.hasherWaitMs + measured.hasherServiceMs;
  return {
    ...MEASURED,
    requestMs: (measured.rngWaitMs + measured.hasherWaitMs) / 2,
    timerMs,
    jobMs: Math.max(0, 1000 / measured.hashesPerSecond - MINER_WORK_MS - timerMs - requests),
  };
}

function predict({ scale, settings = {} }: Compared): Figures[] {
  return Array.from({ length: SEEDS }, (_, seed) =>
    simulate(planOf({ scale, settings, costs, seed: seed + 1 }), 20 + SECONDS, { warmUp: 20 }),
  );
}

describe('the simulation predicts the real stack:', () => {
  test.each(COMPARED)('$name', async (compared) => {
    const measured = await measure(compared, SECONDS);
    const simulated = predict(compared);
    const { name } = compared;
    const speeds = simulated.map(({ hashesPerSecond }) => hashesPerSecond);
    comparison.compare(name, 'hashes/s', measured.hashesPerSecond, speeds, (mean) => SPEED * mean);
    const allowed = (mean: number) => Math.max(WAIT.ms, WAIT.share * mean);
    for (const service of ['rng', 'hasher'] as const) {
      const waits = simulated.map((figures) => figures[`${service}WaitMs`] ?? NaN);
      comparison.compare(
        name,
        `wait at ${service}, ms`,
        measured[`${service}WaitMs`],
        waits,
        allowed,
      );
    }
  });
});

/** Short locks, so that the killed miner's job comes back soon. A check for stalled jobs is made once per lock. */
const KILL = { scale: { miner: 3 }, settings: { MINER_LOCK_MS: 5000 } };

/** Returns how long it takes until the job of a killed miner is completed (seconds). */
function simulateKill(seed: number): number {
  const pipeline = new Pipeline(planOf({ ...KILL, costs, seed }));
  pipeline.runUntil(20_000 + 379 * seed);
  const job = pipeline.miners.get('miner-1')?.runs[0]?.job;
  const killedAt = pipeline.engine.now;
  pipeline.happen({ kind: 'kill', name: 'miner-1', forMs: 800 });
  pipeline.runUntil(killedAt + 10 * KILL.settings.MINER_LOCK_MS);
  return ((job?.completedAt ?? NaN) - killedAt) / 1000;
}

test('a job of a killed miner is done within the same interval of checks', async () => {
  const { MINER_LOCK_MS: lockMs } = KILL.settings;
  await using deployment = await startProcesses({
    scale: KILL.scale,
    fast: false,
    settings: { MINER_LOCK_MS: String(lockMs) },
  });
  await until('all miners are in the middle of a job', async () => {
    const frame = await readFrame(deployment.origins.dashboard);
    return frame?.queue.active === KILL.scale.miner;
  });
  const { killedAt, completedAt } = await killMiner(deployment, lockMs);
  const simulated = Array.from({ length: SEEDS }, (_, seed) => simulateKill(seed + 1));
  comparison.compare(
    '3:1, a killed miner',
    'until its job is done, s',
    completedAt - killedAt,
    simulated,
    () => lockMs / 1000,
  );
});
