/**
 * `npm run simulate`: the pipeline on a virtual clock.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { EnvError } from '@dockercoins/common/service/env';
import { ArgumentError } from '../../local/args.ts';
import { simulate } from '../../simulation/figures.ts';
import { parseSimulateArgs, planAt, USAGE, type SimulateOptions, type Sweep } from './args.ts';
import { drawCurve } from './curve.ts';
import { renderFigures, renderSweep, sweepCsv } from './report.ts';

async function main(args: string[]): Promise<void> {
  const options = parseSimulateArgs(args, process.env);
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  for (const name of options.withoutEffect) {
    process.stderr.write(`note: ${name} changes nothing in a simulation\n`);
  }
  if (options.sweep === undefined) await runOnce(options);
  else await runSweep(options, options.sweep);
}

async function runOnce({ plan, seconds, warmUp, happenings, json }: SimulateOptions) {
  const figures = simulate(plan, seconds, { warmUp, happenings });
  process.stdout.write(renderFigures(plan, figures, happenings.length === 0));
  if (json !== undefined) await writeFile(json, toJson({ ...figures, plan }));
}

async function runSweep(options: SimulateOptions, { name, values }: Sweep) {
  const { seconds, warmUp, happenings, json, csv, svg } = options;
  const points = values.map((value) => {
    const plan = planAt(options.plan, name, value);
    return { value, plan, figures: simulate(plan, seconds, { warmUp, happenings }) };
  });
  process.stdout.write(renderSweep(name, points));
  const rows = points.map(({ value, figures }) => ({ [name]: value, ...figures }));
  if (json !== undefined) await writeFile(json, toJson({ sweep: name, points: rows }));
  if (csv !== undefined) await writeFile(csv, sweepCsv(name, points));
  if (svg !== undefined) await writeFile(svg, drawCurve(name, points));
}

const toJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

try {
  await main(process.argv.slice(2));
} catch (err) {
  process.stderr.write(`${(err as Error).message}\n`);
  if (!(err instanceof ArgumentError || err instanceof EnvError)) process.exit(1);
  process.stderr.write(`\nnpm run simulate -- --help shows all options\n`);
  process.exit(2);
}
