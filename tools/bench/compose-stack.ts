/**
 * The Compose stack for a benchmark.
 * @module
 */
import { onStopSignals } from '../../local/signals.ts';
import { startCompose } from '../stack/deployment/compose.ts';
import type { Deployment, Replica } from '../stack/deployment/deployment.ts';
import { readFrame } from '../stack/read-frame.ts';
import { until } from '../stack/until.ts';

/** A project of its own, so that the data of the usual one are safe. */
const PROJECT = 'dockercoins-bench';

/**
 * Starts the stack with one replica of each service, waits until it mines, and passes it to `use`. Removes it afterwards, also
 * after a signal.
 * @throws {Error} if it does not start, or after a signal
 */
export async function withComposeStack<T>(
  fast: boolean,
  use: (stack: Deployment) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController();
  const { signal } = interruption;
  using _ = onStopSignals(signal, () => {
    if (signal.aborted) process.exit(1);
    process.stderr.write('removing the stack; press Ctrl-C again to quit immediately\n');
    interruption.abort(new Error('interrupted'));
  });
  const interrupted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  interrupted.catch(() => undefined); // may come while the stack starts
  const plan = { scale: { miner: 1 }, fast, settings: {} };
  await using stack = await startCompose(plan, PROJECT);
  const measured = async () => {
    const isMining = async () => (await readFrame(stack.origins.dashboard))?.miners === 1;
    await until('the dashboard shows a miner', isMining);
    return use(stack);
  };
  return await Promise.race([measured(), interrupted]);
}

/**
 * Resolves to the container of a service.
 * @throws {Error} if the service has no container
 */
export async function containerOf(stack: Deployment, service: string): Promise<Replica> {
  const container = (await stack.replicas()).find((it) => it.service === service);
  if (container === undefined) throw new Error(`no container for ${service}`);
  return container;
}
