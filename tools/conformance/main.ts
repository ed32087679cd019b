/**
 * Checks running parts against the contract: `npm run conformance -- --hasher http://localhost:8002`.
 * @module
 */
import { ArgumentError } from '../../local/args.ts';
import { openRedisTunnel } from '../stack/redis-tunnel.ts';
import { parseConformanceArgs, USAGE, type ConformanceOptions } from './args.ts';
import type { Check } from './check.ts';
import { dashboardChecks } from './dashboard.ts';
import { hasherChecks } from './hasher.ts';
import { redisChecks, redisTarget } from './redis.ts';
import { rngChecks } from './rng.ts';
import { runChecks } from './run.ts';

/** A check needs far less, even while ten miners keep rng's queue full. */
const TIMEOUT = { delays: 100, leastMs: 10_000 };

process.exitCode = await main(process.argv.slice(2));

/** Resolves to the exit status. */
async function main(args: string[]): Promise<number> {
  try {
    const options = parseConformanceArgs(args);
    if (options !== undefined) return await checkParts(options);
    process.stdout.write(USAGE);
    return 0;
  } catch (err) {
    if (!(err instanceof ArgumentError)) throw err;
    process.stderr.write(`${err.message}\n\n${USAGE}`);
    return 2;
  }
}

/** Prints a line per check, and a summary. */
async function checkParts({ rng, hasher, redis, dashboard, delayMs }: ConformanceOptions) {
  await using resources = new AsyncDisposableStack();
  const timeoutMs = Math.max(TIMEOUT.leastMs, TIMEOUT.delays * delayMs);
  const counts = { ok: 0, FAIL: 0, skip: 0 };
  const run = async <Target>(part: string, checks: readonly Check<Target>[], target: Target) => {
    for await (const { check, result, message } of runChecks(checks, target, timeoutMs)) {
      counts[result]++;
      const text = message === '' ? check : `${check}: ${message}`;
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
  if (rng !== undefined) await run('rng', rngChecks, { origin: rng, delayMs });
  if (hasher !== undefined) await run('hasher', hasherChecks, { origin: hasher, delayMs });
  if (redisPart !== undefined) await run('redis', redisChecks, redisPart);
  if (dashboard !== undefined) {
    await run('dashboard', dashboardChecks, { origin: dashboard, redis: redisPart?.client });
  }
  const { ok, FAIL: failed, skip } = counts;
  process.stdout.write(`${ok} passed, ${failed} failed, ${skip} skipped\n`);
  return failed === 0 ? 0 : 1;
}
