/**
 * How a service differs from the usual experiment, in words.
 * @module
 */
import type { Variations } from './reports.ts';

const percent = (share: number) =>
  share.toLocaleString('en', { style: 'percent', maximumSignificantDigits: 3 });

/** In this order. */
const WORDS: ((variations: Variations) => string | undefined | 0 | false)[] = [
  ({ rate }) => rate && `adds ${rate} jobs/s`,
  ({ poisonEvery: every }) =>
    every && `makes ${every === 1 ? 'every job' : `1 job in ${every}`} poison`,
  ({ ignoresSigterm }) => ignoresSigterm && 'ignores SIGTERM',
  ({ delays }) => delays && `has ${delays} delays`,
  ({ slower }) => slower && `is ${slower} times slower`,
  ({ errors }) => errors && `fails ${percent(errors)} of requests`,
  ({ hangs }) => hangs && `never answers ${percent(hangs)} of requests`,
  ({ leakKb }) => leakKb && `leaks ${leakKb} KiB per request`,
];

/** Returns the variations with the replica as the subject: "fails 5% of requests". */
export const variationWords = (variations: Variations = {}): string[] =>
  WORDS.flatMap((words) => words(variations) || []);
