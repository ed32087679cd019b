/**
 * The arguments of `npm run test:faults`.
 * @module
 */
import { parseArgs } from 'node:util';
import type { Fault } from './faults.ts';

interface FaultOptions {
  seconds: number;
  /** Run without delays, at thousands of loops a second. */
  fast: boolean;
  /** Also compare what the page says with the truth. */
  page: boolean;
  seed: number;
  /** File to write the result to. */
  json: string | undefined;
  faults: Fault[];
}

/**
 * Parses `--seconds N --seed N --json FILE --fast --page`, and `--only TEXT` (repeatable) for faults whose names contain it.
 * @throws {Error} if a value is invalid, or no name matches
 */
export function parseFaultArgs(args: string[], all: Fault[]): FaultOptions {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '90' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      json: { type: 'string' },
      fast: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [''] },
    },
  });
  const faults = all.filter(({ name }) => values.only.some((text) => name.includes(text)));
  if (faults.length === 0) {
    const names = all.map(({ name }) => `\n  ${name}`).join('');
    throw new Error(
      `--only ${values.only.join(' ')}: expected part of one of these names:${names}`,
    );
  }
  return {
    seconds: wholeNumber('--seconds', values.seconds),
    seed: wholeNumber('--seed', values.seed),
    json: values.json,
    fast: values.fast,
    page: values.page,
    faults,
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${option} ${text}: expected a whole number`);
}
