/**
 * `npm run test:faults`: injects faults on a seeded schedule, then audits the counts.
 * Exits with 1 if anything was lost or did not recover.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';
import type { Command } from '../../local/commands.ts';
import { checkWritable } from '../../local/options.ts';
import { startBrowser } from '../../tools/stack/browser.ts';
import { childrenOf } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';
import { OPTIONS, parseFaultArgs } from './args.ts';
import { audit, countLeft, type AuditReport } from './audit.ts';
import type { Fault } from './faults.ts';
import { CONCURRENCY, FLUSH_MS, MINERS, startHarness, type Harness } from './harness.ts';
import { JobTracker } from './job-tracker.ts';
import { PageWitness } from './page-witness.ts';
import { renderResult, worstOf, type Recovery, type Result } from './report.ts';
import { rounds, seededRandom } from './schedule.ts';
import { Speedometer } from './speedometer.ts';

const WARM_UP_MS = 5000;
/** The speed is measured before every fault, because other programs share the machine. */
const MEASURE_MS = 500;
const MAX_PAUSE_MS = 250;
/** Miners notice a dead connection after 12 s; jobs of a killed miner return after up to three lock durations. */
const RECOVERY_LIMIT_MS = 60_000;

/** Largest share of all loops that a single miner does. */
const MAX_SHARE = 0.5;

type FaultOptions = ReturnType<typeof parseFaultArgs>;

const print = (line: string) => process.stdout.write(`${line}\n`);

export const command: Command = {
  options: OPTIONS,
  async run(args) {
    const options = parseFaultArgs(args);
    checkWritable({ json: options.json });
    const result = await run(options);
    print(renderResult(result));
    if (options.json !== undefined)
      await writeFile(options.json, JSON.stringify(toJson(result), null, 2));
    process.exit(result.findings.length === 0 ? 0 : 1);
  },
};

async function run(options: FaultOptions): Promise<Result> {
  const lines: string[] = [];
  const { seed, seconds, fast } = options;
  print(`seed ${seed}, ${seconds} s${fast ? ', without delays' : ''}`);
  await using harness = await startHarness(fast ? 'fast' : 'paced', (line) => lines.push(line));
  try {
    return await injectFaults(harness, options);
  } catch (err) {
    print(lines.slice(-40).join('\n'));
    throw err;
  }
}

async function injectFaults(harness: Harness, options: FaultOptions): Promise<Result> {
  const { seed, seconds, fast } = options;
  const jobs = new JobTracker(harness.redisUrl);
  const speedometer = new Speedometer(harness.redis);
  await using watching = new AsyncDisposableStack();
  const witness = options.page ? await watchPage(harness, watching) : undefined;
  await sleep(WARM_UP_MS);
  const random = seededRandom(seed);
  const recoveries: Recovery[] = [];
  let missable = 0;
  const end = performance.now() + seconds * 1000;
  const faults = options.faults.filter(({ setsClock }) => !(fast && setsClock));
  for (const fault of rounds(faults, random)) {
    if (performance.now() > end) break;
    if (witness) witness.fault = fault.name;
    const speed = await speedometer.measure(MEASURE_MS);
    await fault.inject(harness, random);
    for (const mark of harness.resets.splice(0)) jobs.addReset(mark);
    // A single measurement is short: it may be that of a peak, or of a moment in which the machine did something else.
    const speeds = [...recoveries.map((recovery) => recovery.speed), speed];
    missable += missableLoops(fault, Math.max(...speeds), fast);
    const ms = await speedometer.timeToRecovery(
      Math.min(speed, median(speeds)),
      harness.dashboardResponds,
      RECOVERY_LIMIT_MS,
    );
    recoveries.push({ fault: fault.name, speed, seconds: ms / 1000 });
    print(`${fault.name}: recovered after ${(ms / 1000).toFixed(1)} s`);
    await sleep(random(MAX_PAUSE_MS));
  }
  await watching.disposeAsync();
  if (witness) print(`the page: ${witness.comparisons} comparisons with the truth`);
  const findings = [
    ...(await stopAll(harness)),
    ...unrecovered(recoveries),
    ...(witness?.findings ?? []),
  ];
  await jobs[Symbol.asyncDispose]();
  const mayMiss = Math.ceil(missable);
  const report = await audit(harness.redis, jobs, mayMiss);
  report.findings.push(...findings);
  const { retries, stalled } = jobs;
  return { ...report, seed, recoveries, retries, stalled, mayMiss };
}

/** Opens the page in a browser; both are closed with `watching`. */
async function watchPage(harness: Harness, watching: AsyncDisposableStack): Promise<PageWitness> {
  const browser = watching.adopt(await startBrowser(), (it) => it.close());
  return watching.use(await PageWitness.open(browser, harness.dashboard, harness.redis));
}

/**
 * Returns how many loops a fault at this speed (loops/s) may keep out of `hashes`. A killed miner loses those since its last
 * flush. Broken connections lose those of all miners, and the loops in flight.
 */
function missableLoops({ uncounted }: Fault, speed: number, fast: boolean): number {
  const perFlush = (speed * 1.5 * FLUSH_MS) / 1000; // the speed varies
  const inFlight = MINERS * CONCURRENCY[fast ? 'fast' : 'paced'];
  if (uncounted === 'one miner') return MAX_SHARE * perFlush + inFlight;
  return uncounted === 'all miners' ? perFlush + inFlight : 0;
}

/**
 * Drains the queue, then stops everything except Redis. A process that the last fault has killed is ready before that: until
 * then, SIGTERM would kill it. Returns one finding for each process that did not stop cleanly.
 */
async function stopAll(harness: Harness): Promise<string[]> {
  await until('every process is ready', harness.isReady);
  const endings = new Map(await harness.stop('producer'));
  await until(
    'the queue is empty',
    async () => {
      // A retry that was scheduled by a clock an hour ahead would be due in an hour.
      await harness.queue.promoteJobs();
      return (await countLeft(harness.redis)) === 0;
    },
    RECOVERY_LIMIT_MS,
  );
  for (const service of ['miner', 'dashboard', 'rng', 'hasher']) {
    for (const [name, ending] of await harness.stop(service)) endings.set(name, ending);
  }
  const unclean = [...endings].filter(([, ending]) => ending !== 'exited with code 0');
  const leftovers = [...(await childrenOf(process.pid)).keys()].filter((name) => name !== 'redis');
  return [
    ...unclean.map(([name, ending]) => `${name} ${ending} when stopped`),
    ...leftovers.map((name) => `${name} is still running`),
  ];
}

function unrecovered(recoveries: Recovery[]): string[] {
  return recoveries
    .filter(({ seconds }) => seconds === Infinity)
    .map(({ fault }) => `${fault}: no recovery within ${RECOVERY_LIMIT_MS / 1000} s`);
}

function toJson(result: Result): Omit<AuditReport, 'findings'> & Record<string, unknown> {
  const { recoveries, ...rest } = result;
  return {
    ...rest,
    faults: recoveries.length,
    kinds: new Set(recoveries.map(({ fault }) => fault)).size,
    worstRecoverySeconds: worstOf(recoveries),
    recoveries,
  };
}
