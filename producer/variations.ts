import type { configSchema } from './config.ts';
import type { Config } from '@dockercoins/common/service/env';

/** Returns how the producer differs from the usual experiment, in words with it as the subject; undefined if it does not. */
export function variationsOf({
  PRODUCER_RATE: rate,
  PRODUCER_POISON_EVERY: every,
  SHOW_VARIATIONS: show,
}: Pick<
  Config<typeof configSchema>,
  'PRODUCER_RATE' | 'PRODUCER_POISON_EVERY' | 'SHOW_VARIATIONS'
>): string[] | undefined {
  if (!show || (rate === 0 && every === 0)) return undefined;
  return [
    ...(rate === 0 ? [] : [`adds ${rate} jobs/s`]),
    ...(every === 0 ? [] : [`makes ${every === 1 ? 'every job' : `1 job in ${every}`} poison`]),
  ];
}
