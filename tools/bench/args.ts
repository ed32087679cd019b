/**
 * Command-line arguments of `npm run bench`.
 * @module
 */
import { parseArgs } from 'node:util';

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

interface BenchOptions {
  /** Number of rounds; results are medians over all rounds. */
  rounds: number;
  /** Duration of each measurement in each round. */
  seconds: number;
  /** Number of jobs after which `jobs` measures for the last time. */
  jobs: number;
  measurements: Measurement[];
  /** File to write the results to. */
  json: string | undefined;
}

/**
 * Parses `--rounds N --seconds N --jobs N --json FILE`, and any number of `--only NAME` to select measurements.
 * @throws {Error} for an unknown option or invalid value
 */
export function parseBenchArgs(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '20' },
      jobs: { type: 'string', default: '1000000' },
      only: { type: 'string', multiple: true, default: [...MEASUREMENTS] },
      json: { type: 'string' },
    },
  });
  const { only } = values;
  const unknown = only.find((name) => !MEASUREMENTS.some((known) => known === name));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: expected one of ${MEASUREMENTS.join(', ')}`);
  }
  return {
    rounds: positive('--rounds', values.rounds),
    seconds: positive('--seconds', values.seconds),
    jobs: positive('--jobs', values.jobs),
    measurements: MEASUREMENTS.filter((name) => only.includes(name)),
    json: values.json,
  };
}

function positive(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`${option} ${text}: expected a positive integer`);
}
