import type { Logger } from '../log/log.ts';
import type { Variations } from '../reports.ts';
import { variationWords } from '../variation-words.ts';

/** Logs that this replica does not behave as usual. */
export function warnOfVariations(variations: Variations | undefined, log: Logger): void {
  const words = variationWords(variations);
  if (words.length > 0) log.warn(`variations: this replica ${words.join(', ')}`);
}
