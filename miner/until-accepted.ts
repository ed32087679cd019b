import { setTimeout as sleep } from 'node:timers/promises';
import type { WarnOnce } from '@dockercoins/common/log/warn-once';

const PAUSE_MS = 1000;

/** What ioredis calls an error that Redis replied with, and one that all nodes of a cluster gave. */
const REFUSALS = ['ReplyError', 'ClusterAllFailedError'];

/**
 * Repeats a command every second for as long as Redis refuses it (`OOM`, `READONLY`, `CLUSTERDOWN` …).
 * @param signal ends the attempts: rejects with an `AbortError`
 */
export async function untilAccepted<T>(
  command: () => Promise<T>,
  signal: AbortSignal,
  warnings: WarnOnce,
): Promise<T> {
  for (;;) {
    try {
      const reply = await command();
      warnings.recovered();
      return reply;
    } catch (err) {
      if (!REFUSALS.includes((err as Error).name)) throw err;
      warnings.warn(err);
    }
    await sleep(PAUSE_MS, undefined, { signal });
  }
}
