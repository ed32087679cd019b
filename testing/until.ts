import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls `condition` every 50 ms and resolves to its first value other than undefined and false.
 * @param description the condition as a clause, such as "Redis is ready"
 * @throws {Error} after `timeoutMs`
 */
export async function until<T>(
  description: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting until ${description}`);
    }
    await sleep(50);
  }
}
