/**
 * The arguments of `npm run bench`.
 * @module
 */
import { parseArgs } from 'node:util';

/** What can be measured, in this order. */
export const MEASUREMENTS = ['paced', 'fast', 'miners', 'jobs', 'viewers'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

interface BenchOptions {
  /** Rounds by turns; the medians count. */
  rounds: number;
  /** Of each measurement. */
  seconds: number;
  /** Jobs to do in the measurement of growth. */
  jobs: number;
  measurements: Measurement[];
  /** File for the result. */
  json: string | undefined;
}

/**
 * `--rounds N --seconds N --jobs N --json FILE`, and `--only NAME` (several times) for some of the measurements.
 * @throws {Error} that says what was expected
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
  const unknown = only.find((name) => !MEASUREMENTS.some((it) => it === name));
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
  throw new Error(`${option} ${text}: expected a whole number from 1`);
}
