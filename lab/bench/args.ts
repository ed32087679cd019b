/**
 * The arguments of `npm run bench`.
 * @module
 */
import { parseArgs } from 'node:util';

interface BenchOptions {
  /** Rounds by turns; the medians count. */
  rounds: number;
  /** Of each measurement. */
  seconds: number;
  /** Jobs to do in the measurement of growth. */
  jobs: number;
  /** Measurements to make; none named: all. */
  only: string[];
  /** File for the result. */
  json: string | undefined;
}

/** `--rounds N --seconds N --jobs N --only NAME --json FILE`. */
export function parseBenchArgs(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '20' },
      jobs: { type: 'string', default: '1000000' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
    },
  });
  const number = (name: 'rounds' | 'seconds' | 'jobs') => {
    const text = values[name];
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} ${text}: expected a whole number`);
    return Number(text);
  };
  return {
    rounds: number('rounds'),
    seconds: number('seconds'),
    jobs: number('jobs'),
    only: values.only,
    json: values.json,
  };
}
