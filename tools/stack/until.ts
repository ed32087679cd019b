import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The one limit (ms) for everything that a test waits for. It is far more than a quiet machine needs, so that a busy
 * one passes, too; a test that fails takes this long.
 */
export const LIMIT_MS = 120_000;

/**
 * Polls `condition` every 50 ms and resolves to its first value other than undefined and false.
 * @param description the condition as a clause, such as "Redis is ready"
 * @throws {Error} after `limitMs`; only tests of clusters, which start many machines, need more than the default
 */
export async function until<T>(
  description: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = LIMIT_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) {
      throw new Error(`timed out after ${limitMs} ms waiting until ${description}`);
    }
    await sleep(50);
  }
}
