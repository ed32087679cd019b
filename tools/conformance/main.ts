/**
 * `npm run conformance`: checks running parts against the contract.
 * @module
 */
import { Control } from '../../local/commands/client.ts';
import type { Command } from '../../local/commands.ts';
import { readLocalDir } from '../../local/config.ts';
import { NoStackError } from '../../local/control-socket.ts';
import { ArgumentError } from '../../local/options.ts';
import { openRedisTunnel } from '../stack/redis-tunnel.ts';
import { OPTIONS, parseConformanceArgs, partsAt, type Parts } from './args.ts';
import type { Check } from './check.ts';
import { dashboardChecks } from './dashboard.ts';
import { hasherChecks } from './hasher.ts';
import { redisChecks, redisTarget } from './redis.ts';
import { rngChecks } from './rng.ts';
import { runChecks } from './run.ts';

/** A check needs far less, even while ten miners keep rng's queue full. */
const TIMEOUT = { delays: 100, leastMs: 10_000 };

async function run(args: string[]): Promise<number> {
  const { parts, delayMs } = parseConformanceArgs(args);
  const isGiven = Object.values(parts).some((url) => url !== undefined);
  return checkParts(isGiven ? parts : await runningParts(readLocalDir(process.env)), delayMs);
}

/** Resolves to the parts of the stack that `npm start` runs. @throws {ArgumentError} if none runs */
async function runningParts(dir: string): Promise<Parts> {
  await using control = new Control(dir);
  try {
    const parts = partsAt(await control.addresses());
    const given = Object.entries(parts).filter(([, url]) => url !== undefined);
    process.stdout.write(`${given.map(([name, url]) => `--${name} ${url}`).join(' ')}\n`);
    return parts;
  } catch (err) {
    if (!(err instanceof NoStackError)) throw err;
    throw new ArgumentError(
      `${err.message}\nor give at least one of --rng, --hasher, --redis, --dashboard`,
      { cause: err },
    );
  }
}

/** Prints a line per check, and a summary. */
async function checkParts({ rng, hasher, redis, dashboard }: Parts, delayMs: number) {
  await using resources = new AsyncDisposableStack();
  const timeoutMs = Math.max(TIMEOUT.leastMs, TIMEOUT.delays * delayMs);
  const counts = { ok: 0, FAIL: 0, skip: 0 };
  const check = async <Target>(part: string, checks: readonly Check<Target>[], target: Target) => {
    for await (const { check: statement, result, message } of runChecks(
      checks,
      target,
      timeoutMs,
    )) {
      counts[result]++;
      const text = message === '' ? statement : `${statement}: ${message}`;
      process.stdout.write(`${result.padEnd(4)} ${part}: ${text}\n`);
    }
  };

  let redisUrl = redis;
  if (redis === 'compose') {
    try {
      redisUrl = resources.use(await openRedisTunnel()).url;
    } catch (err) {
      process.stderr.write(`--redis compose: ${(err as Error).message}\n`);
      return 1;
    }
  }
  const redisPart = redisUrl === undefined ? undefined : resources.use(redisTarget(redisUrl));
  if (rng !== undefined) await check('rng', rngChecks, { origin: rng, delayMs });
  if (hasher !== undefined) await check('hasher', hasherChecks, { origin: hasher, delayMs });
  if (redisPart !== undefined) await check('redis', redisChecks, redisPart);
  if (dashboard !== undefined) {
    await check('dashboard', dashboardChecks, { origin: dashboard, redis: redisPart?.client });
  }
  const { ok, FAIL: failed, skip } = counts;
  process.stdout.write(`${ok} passed, ${failed} failed, ${skip} skipped\n`);
  return failed === 0 ? 0 : 1;
}

export const command: Command = {
  options: OPTIONS,
  notes: `Without URLs, it checks the stack that npm start runs.
Exit status: 0 if no check failed, 1 if one did, 2 if the arguments are wrong.
`,
  run,
};
