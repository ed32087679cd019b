import type { ChildProcess } from 'node:child_process';
import { until } from './until.ts';

/** Returns true once the process has ended. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/**
 * Resolves to the exit code of a process that was told to end; null if a signal ended it.
 * @param name of the process, for the error message
 * @throws {Error} if it does not end; then it is killed
 */
export async function exitOf(child: ChildProcess, name: string): Promise<number | null> {
  try {
    await until(`${name} has exited`, () => hasEnded(child));
  } catch (err) {
    child.kill('SIGKILL');
    await until(`${name} is killed`, () => hasEnded(child));
    throw err;
  }
  return child.exitCode;
}
