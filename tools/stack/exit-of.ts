import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LIMIT_MS } from './until.ts';

/** Returns true once the process has ended. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/**
 * Resolves to the exit code of a process that was told to end; null if a signal ended it.
 * @param name of the process, for the error message
 * @throws {Error} if it does not end; then it is killed
 */
export async function exitOf(child: ChildProcess, name: string): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    await once(child, 'exit', { signal: limit });
  } catch (cause) {
    if (!limit.aborted) throw cause;
    child.kill('SIGKILL');
    await once(child, 'exit');
    throw new Error(`${name} did not exit within ${LIMIT_MS} ms`, { cause });
  }
  return child.exitCode;
}
