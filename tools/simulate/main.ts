/**
 * `npm run simulate`: the pipeline on a virtual clock.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import type { Command } from '../../local/commands.ts';
import { simulate } from '../../simulation/figures.ts';
import { OPTIONS, parseSimulateArgs, planAt, type SimulateOptions, type Sweep } from './args.ts';
import { drawCurve } from './curve.ts';
import { renderFigures, renderSweep, sweepCsv } from './report.ts';

async function run(args: string[]): Promise<void> {
  const options = parseSimulateArgs(args, process.env);
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

export const command: Command = {
  options: OPTIONS,
  notes: `The same seed gives the same results.
SETTING is a setting of the services, such as RNG_DELAY_MS=50, also from the environment: docs/settings.md lists them.
`,
  run,
};
