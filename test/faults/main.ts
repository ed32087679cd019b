/**
 * `npm run test:faults`: lets things go wrong by a seeded schedule, then balances the books.
 * Exits with 1 where they do not balance or something does not recover.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';
import { parseFaultArgs } from './args.ts';
import { audit, countLeft, type Balance } from './audit.ts';
import { FAULTS, type Fault } from './faults.ts';
import { Ledger } from './ledger.ts';
import { renderResult, worstOf, type Recovery, type Result } from './report.ts';
import { chanceOf, rounds } from './schedule.ts';
import { Speedometer } from './speedometer.ts';
import { CONCURRENCY, FLUSH_MS, MINERS, startHarness, type Harness } from './harness.ts';

const WARM_UP_MS = 5000;
/** The speed is measured again before each fault, because other programs share the machine. */
const BEFORE_MS = 500;
const LONGEST_PAUSE_MS = 500;
/** A dead connection is noticed after 12 s, jobs of a killed miner return after up to three lock durations. */
const RECOVERY_LIMIT_MS = 60_000;

/** A miner does at most this share of all loops. */
const LARGEST_SHARE = 0.5;

const options = parseFaultArgs(process.argv.slice(2), FAULTS);
const say = (line: string) => process.stdout.write(`${line}\n`);
const result = await run();
say(renderResult(result));
if (options.json !== undefined)
  await writeFile(options.json, JSON.stringify(forMachines(result), null, 2));
process.exit(result.findings.length === 0 ? 0 : 1);

async function run(): Promise<Result> {
  const lines: string[] = [];
  const { seed, seconds, faults, fast } = options;
  say(`seed ${seed}, ${seconds} s${fast ? ', without delays' : ''}`);
  const harness = await startHarness(fast ? 'fast' : 'paced', (line) => lines.push(line));
  try {
    return await tryFaults(harness, seed, seconds, faults);
  } catch (err) {
    say(lines.slice(-40).join('\n'));
    throw err;
  } finally {
    await harness[Symbol.asyncDispose]();
  }
}

async function tryFaults(
  harness: Harness,
  seed: number,
  seconds: number,
  faults: Fault[],
): Promise<Result> {
  const ledger = new Ledger(harness.redisUrl);
  const speedometer = new Speedometer(harness.redis);
  await sleep(WARM_UP_MS);
  const chance = chanceOf(seed);
  const recoveries: Recovery[] = [];
  let mayMiss = 0;
  const end = performance.now() + seconds * 1000;
  const possible = options.fast ? faults.filter(({ name }) => !name.startsWith('clock')) : faults;
  for (const fault of rounds(possible, chance)) {
    if (performance.now() > end) break;
    const speed = await speedometer.measure(BEFORE_MS);
    await fault.inflict(harness, chance);
    mayMiss += mayOwe(fault, speed);
    const took = await speedometer.timeUntilBack(
      speed,
      harness.dashboardAnswers,
      RECOVERY_LIMIT_MS,
    );
    recoveries.push({ fault: fault.name, speed, seconds: took / 1000 });
    say(`${fault.name}: back after ${(took / 1000).toFixed(1)} s`);
    await sleep(chance(LONGEST_PAUSE_MS));
  }
  const findings = [...(await stopAll(harness)), ...slowOnes(recoveries)];
  await ledger[Symbol.asyncDispose]();
  const balance = await audit(harness.redis, ledger, Math.ceil(mayMiss));
  balance.findings.push(...findings);
  const { retries, stalled } = ledger;
  return { ...balance, seed, recoveries, retries, stalled, mayMiss: Math.ceil(mayMiss) };
}

/**
 * How many loops `hashes` may lack after a fault at this speed (loops/s): those since the last flush of a killed miner;
 * if connections broke, those of all miners, and the loops in flight.
 */
function mayOwe({ owing }: Fault, speed: number): number {
  const perFlush = (speed * 1.5 * FLUSH_MS) / 1000; // the speed varies
  const inFlight = MINERS * CONCURRENCY[options.fast ? 'fast' : 'paced'];
  if (owing === 'one miner') return LARGEST_SHARE * perFlush + inFlight;
  return owing === 'all miners' ? perFlush + inFlight : 0;
}

/** Lets the miners empty the queue, then stops everything but Redis. Returns what was not as it should be. */
async function stopAll(harness: Harness): Promise<string[]> {
  const ends = new Map(await harness.stop('producer'));
  await until(
    'the queue is empty',
    async () => {
      // A retry that was delayed by a clock an hour ahead would be due in an hour.
      await harness.queue.promoteJobs();
      return (await countLeft(harness.redis)) === 0;
    },
    RECOVERY_LIMIT_MS,
  );
  for (const service of ['miner', 'dashboard', 'rng', 'hasher']) {
    for (const [name, how] of await harness.stop(service)) ends.set(name, how);
  }
  const unclean = [...ends].filter(([, how]) => how !== 'exited with code 0');
  const left = [...(await childrenOf(process.pid)).keys()].filter((name) => name !== 'redis');
  return [
    ...unclean.map(([name, how]) => `${name} ${how} when it was stopped`),
    ...left.map((name) => `${name} still runs`),
  ];
}

function slowOnes(recoveries: Recovery[]): string[] {
  return recoveries
    .filter(({ seconds }) => seconds === Infinity)
    .map(({ fault }) => `${fault}: not back within ${RECOVERY_LIMIT_MS / 1000} s`);
}

function forMachines(result: Result): Omit<Balance, 'findings'> & Record<string, unknown> {
  const { recoveries, ...rest } = result;
  return {
    ...rest,
    faults: recoveries.length,
    kinds: new Set(recoveries.map(({ fault }) => fault)).size,
    worstRecoverySeconds: worstOf(recoveries),
    recoveries,
  };
}
