/**
 * The arguments of `npm run test:faults`.
 * @module
 */
import { file, flag, option, parseOptions, repeatable, wholeNumber } from '../../local/options.ts';
import { FAULTS } from './faults.ts';

const faultsNamed = {
  expected: `part of one of these names:${FAULTS.map(({ name }) => `\n  ${name}`).join('')}`,
  parse(text: string) {
    const faults = FAULTS.filter(({ name }) => name.includes(text));
    return faults.length === 0 ? undefined : faults;
  },
};

export const OPTIONS = {
  seconds: option('N', wholeNumber(0, 999_999_999), 'how long faults are injected', 90),
  seed: option('N', wholeNumber(0, 999_999_999), 'of the order of the faults; random by default'),
  only: repeatable('TEXT', faultsNamed, 'only faults whose names contain TEXT'),
  fast: flag('without delays, at thousands of loops a second'),
  page: flag('also compare what the page says with the truth'),
  json: option('FILE', file, 'write the result as JSON'),
};

/** @throws {ArgumentError} */
export function parseFaultArgs(args: string[]) {
  const { seed = Date.now() % 1_000_000, only, ...values } = parseOptions(OPTIONS, args);
  const chosen = new Set(only.flat());
  const faults = FAULTS.filter((fault) => chosen.size === 0 || chosen.has(fault));
  return { ...values, seed, faults };
}
