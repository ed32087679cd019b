import type { Variations } from '@dockercoins/common/reports';
import type { configSchema } from './config.ts';
import type { Config } from '@dockercoins/common/service/env';

/** Returns how the producer differs from the usual experiment; undefined if it does not, or is not to tell. */
export function variationsOf({
  PRODUCER_RATE: rate,
  PRODUCER_POISON_EVERY: every,
  SHOW_VARIATIONS: show,
}: Pick<
  Config<typeof configSchema>,
  'PRODUCER_RATE' | 'PRODUCER_POISON_EVERY' | 'SHOW_VARIATIONS'
>): Variations | undefined {
  if (!show || (rate === 0 && every === 0)) return undefined;
  return { ...(rate > 0 && { rate }), ...(every > 0 && { poisonEvery: every }) };
}
