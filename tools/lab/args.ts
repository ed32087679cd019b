/**
 * The arguments of `npm run lab`.
 * @module
 */
import { parseArgs } from 'node:util';
import { ArgumentError } from '../../local/args.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';

/** All steps, in the order in which they run. */
export const STEPS = [
  'one-miner',
  'two-miners',
  'ten-miners',
  'latency',
  'bottleneck',
  'four-rngs',
  'no-delays',
  'killed-miner',
  'clean-up',
] as const;
export type StepName = (typeof STEPS)[number];

interface LabOptions {
  kind: Deployment['kind'];
  steps: StepName[];
  /** Files to write the results to. */
  report: string | undefined;
  json: string | undefined;
  /** Wait for Enter between a prediction and its measurement. */
  pause: boolean;
  help: boolean;
}

export const USAGE = `npm run lab -- [options]

Runs the workshop's experiment: predicts, measures, compares. It starts a stack of its own, and removes it at the end.

  --compose      with Docker Compose, instead of the processes of npm start
  --step NAME    only this step, and whatever it needs; can be repeated
                 (${STEPS.slice(0, 5).join(', ')},
                 ${STEPS.slice(5).join(', ')})
  --pause        ask for a guess before each prediction and its measurement
  --report FILE  write the report: one HTML file with plots
  --json FILE    write the results as JSON
  --help         show this text

Exit status: 0 if all predictions hold, 1 if one does not or the lab is interrupted, 2 if an argument is wrong.
DASHBOARD_PORT, RNG_PORT, and HASHER_PORT change the ports (8000, 8001, 8002).
`;

/** @throws {ArgumentError} */
export function parseLabArgs(args: string[]): LabOptions {
  const { compose, step, ...rest } = parse(args);
  const unknown = step.find((name) => !STEPS.some((known) => known === name));
  if (unknown !== undefined)
    throw new ArgumentError(`--step ${unknown}: expected one of ${STEPS.join(', ')}`);
  for (const option of ['report', 'json'] as const) {
    if (rest[option] === '') throw new ArgumentError(`--${option}: expected the name of a file`);
  }
  return {
    kind: compose ? 'compose' : 'processes',
    steps: STEPS.filter((name) => step.length === 0 || step.includes(name)),
    report: rest.report,
    json: rest.json,
    pause: rest.pause,
    help: rest.help,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        compose: { type: 'boolean', default: false },
        step: { type: 'string', multiple: true, default: [] },
        report: { type: 'string' },
        json: { type: 'string' },
        pause: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (err) {
    throw new ArgumentError((err as Error).message);
  }
}
