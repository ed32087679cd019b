/**
 * Command-line arguments of `npm run bench`.
 * @module
 */
import { file, oneOf, option, parseOptions, repeatable, wholeNumber } from '../../local/options.ts';

/** All measurements, in the order they run. */
export const MEASUREMENTS = [
  'paced',
  'fast',
  'redis',
  'miners',
  'jobs',
  'viewers',
  'simulation',
] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

const positive = wholeNumber(1, 999_999_999);

export const OPTIONS = {
  rounds: option('N', positive, 'number of rounds; results are medians over all of them', 3),
  seconds: option('N', positive, 'duration of each measurement in each round', 20),
  jobs: option('N', positive, 'number of jobs after which "jobs" measures for the last time', 1e6),
  only: repeatable('NAME', oneOf(MEASUREMENTS), `only ${MEASUREMENTS.join(', ')}`),
  json: option('FILE', file, 'write the results as JSON'),
};

/** @throws {ArgumentError} */
export function parseBenchArgs(args: string[]) {
  const { only, ...values } = parseOptions(OPTIONS, args);
  const isSelected = (name: Measurement) => only.length === 0 || only.includes(name);
  return { ...values, measurements: MEASUREMENTS.filter(isSelected) };
}
