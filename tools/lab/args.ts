/**
 * The arguments of `npm run lab`.
 * @module
 */
import { file, flag, oneOf, option, parseOptions, repeatable } from '../../local/options.ts';
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

export const OPTIONS = {
  compose: flag('with Docker Compose, instead of the processes of npm start'),
  step: repeatable(
    'NAME',
    oneOf(STEPS),
    `only this step, and whatever it needs\n(${STEPS.slice(0, 5).join(', ')},\n${STEPS.slice(5).join(', ')})`,
  ),
  pause: flag('ask for a guess before each prediction and its measurement'),
  report: option('FILE', file, 'write the report: one HTML file with plots'),
  json: option('FILE', file, 'write the results as JSON'),
};

/** @throws {ArgumentError} */
export function parseLabArgs(args: string[]) {
  const { compose, step, ...values } = parseOptions(OPTIONS, args);
  const kind: Deployment['kind'] = compose ? 'compose' : 'processes';
  const isSelected = (name: StepName) => step.length === 0 || step.includes(name);
  return { ...values, kind, steps: STEPS.filter(isSelected) };
}
