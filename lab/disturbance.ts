/**
 * Whether another stack on this machine would disturb the measurements.
 * @module
 */
import { attachProcesses } from './deployment/processes.ts';
import { readFrame } from '../testing/read-frame.ts';

/**
 * Resolves to why another stack would disturb the lab, and what to do about it; undefined if none is found.
 * @param dashboard the usual origin of a dashboard on this machine
 * @param folder the LOCAL_DIR of `npm start` in this project
 */
export async function findDisturbance(
  dashboard: string,
  folder: string,
): Promise<string | undefined> {
  if ((await readFrame(dashboard)) !== undefined)
    return `a stack is mining at ${dashboard} and would disturb the measurements: stop it first (Ctrl-C, or docker compose down)`;
  try {
    const running = await attachProcesses(folder);
    await running[Symbol.asyncDispose]();
  } catch {
    return undefined; // none runs
  }
  return 'npm start is running in this folder and would disturb the measurements: stop it first (Ctrl-C)';
}
