import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The one limit (ms) for everything that a test waits for. It is far more than a quiet machine needs, so that a busy
 * one passes, too; a test that fails takes this long.
 */
export const LIMIT_MS = 120_000;

/**
 * Polls `condition` and resolves to its first value other than undefined and false. The longer it waits, the longer are its
 * pauses: each question to a browser takes milliseconds of CPU time, which a busy machine does not have.
 * @param description the condition as a clause, such as "Redis is ready"
 * @throws {Error} after `limitMs`; only tests of clusters, which start many machines, need more than the default
 */
export async function until<T>(
  description: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = LIMIT_MS,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    const waitedMs = performance.now() - start;
    if (waitedMs > limitMs) {
      throw new Error(`timed out after ${limitMs} ms waiting until ${description}`);
    }
    await sleep(Math.min(Math.max(20, waitedMs / 10), 200));
  }
}
