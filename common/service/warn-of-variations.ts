import type { Logger } from '../log/log.ts';

/**
 * Logs that this replica does not behave as usual.
 * @param words how, with the replica as the subject: "fails 5% of requests"
 */
export function warnOfVariations(words: readonly string[] = [], log: Logger): void {
  if (words.length > 0) log.warn(`variations: this replica ${words.join(', ')}`);
}
