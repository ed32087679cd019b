/**
 * Finds the stack that runs.
 * @module
 */
import { attachCompose } from '../stack/deployment/compose.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';
import { attachProcesses } from '../stack/deployment/processes.ts';

/**
 * Attaches to the running stack.
 * @param kind which one; if undefined, the one that runs
 * @param dir LOCAL_DIR of `npm start`
 * @throws {Error} if none runs, or if both do and `kind` is undefined
 */
export async function findDeployment(
  kind: Deployment['kind'] | undefined,
  dir: string,
): Promise<Deployment> {
  if (kind === 'compose') return attachCompose();
  if (kind === 'processes') return attachProcesses(dir);
  const [processes, compose] = await Promise.allSettled([attachProcesses(dir), attachCompose()]);
  if (processes.status === 'fulfilled' && compose.status === 'fulfilled') {
    await processes.value[Symbol.asyncDispose]();
    await compose.value[Symbol.asyncDispose]();
    throw new Error(
      'npm start and a Compose stack are running: stop one of them, or choose Compose with --compose',
    );
  }
  if (processes.status === 'fulfilled') return processes.value;
  if (compose.status === 'fulfilled') return compose.value;
  throw new Error(
    `no stack is running: start one with npm start or docker compose up -d\n  npm start: ${reasonOf(processes)}\n  Compose: ${reasonOf(compose)}`,
  );
}

/** The first line; Docker's errors have many. */
const reasonOf = ({ reason }: PromiseRejectedResult) =>
  (reason as Error).message.split('\n')[0] ?? '';
