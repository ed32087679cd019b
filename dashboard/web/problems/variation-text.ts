import { variationWords } from '@dockercoins/common/variation-words';
import type { VariedReplicas } from '../../frame/frame.ts';

/** More replicas than this are counted, not named. */
const MAX_NAMED = 3;

/** Returns sentences without a full stop: "rng fails 5% of requests" if that holds for all, otherwise "rng-2 is 5 times slower". */
export function variationTexts({ service, names, variation }: VariedReplicas): string[] {
  const subjects =
    names === null
      ? [service]
      : names.length > MAX_NAMED
        ? [`each of ${names.length} ${service} replicas`]
        : names;
  return subjects.flatMap((subject) =>
    variationWords(variation).map((words) => `${subject} ${words}`),
  );
}
