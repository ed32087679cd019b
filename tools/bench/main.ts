/**
 * `npm run bench`: how close the pipeline gets to its limits, measured in one run on one machine.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import type { Command } from '../../local/commands.ts';
import { checkWritable } from '../../local/options.ts';
import { OPTIONS, parseBenchArgs, type Measurement } from './args.ts';
import { measureFast } from './fast.ts';
import { measureJobs, measureMiners } from './growth.ts';
import { measurePaced } from './paced.ts';
import { measureRedis } from './redis.ts';
import { renderBench, type Bench } from './report.ts';
import { measureSimulation } from './simulation.ts';
import { measureViewers } from './viewers.ts';

async function run(args: string[]): Promise<void> {
  const { rounds, seconds, jobs, measurements, json } = parseBenchArgs(args);
  checkWritable({ json });
  const marks = [10_000, 100_000, 1_000_000].filter((mark) => mark <= jobs);

  const bench: Bench = {};
  const measure: Record<Measurement, () => Promise<Bench>> = {
    paced: async () => ({ paced: await measurePaced(rounds, seconds) }),
    fast: async () => ({ fast: await measureFast(rounds * seconds) }),
    redis: async () => ({ redis: await measureRedis(rounds * seconds) }),
    miners: async () => ({ miners: await measureMiners(rounds, seconds) }),
    jobs: async () => ({ jobs: await measureJobs(marks, rounds * seconds) }),
    viewers: async () => ({ viewers: await measureViewers(seconds) }),
    simulation: () => Promise.resolve({ simulation: measureSimulation(rounds) }),
  };
  for (const name of measurements) {
    process.stderr.write(`${name} …\n`);
    const result = await measure[name]();
    process.stdout.write(renderBench(result));
    Object.assign(bench, result);
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify(toJson(bench), null, 2)}\n`);
}

/** Replaces the rows of `jobs` by `growth`: the rows, and how the last one compares with the first. */
function toJson({ jobs: rows = [], ...rest }: Bench) {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return rest;
  const ratios = Object.entries(last.memory).map(
    ([kind, mebibytes]) => mebibytes / (first.memory[kind] ?? NaN),
  );
  return {
    ...rest,
    growth: {
      speed: last.ofFirst,
      memory: Math.max(...ratios), // of the process that grew the most
      jobs: rows,
    },
  };
}

export const command: Command = { options: OPTIONS, run };
