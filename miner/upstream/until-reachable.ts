import { setTimeout as sleep } from 'node:timers/promises';
import { checkAnyReachable } from '@dockercoins/common/service/admin';

/** Services start within a second or two, but a machine that starts all of them at once may be slow. */
const LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Waits until each upstream accepts connections, because a miner usually starts along with them; for ten seconds in all, because
 * jobs that fail later are tried again.
 * @param upstreams the origins of each one
 * @param signal ends the wait: rejects with an `AbortError`
 */
export async function untilReachable(
  upstreams: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  for (const origins of upstreams) {
    while (performance.now() < deadline && !(await isReachable(origins))) {
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}

const isReachable = (origins: readonly string[]) =>
  checkAnyReachable(origins).then(
    () => true,
    () => false,
  );
