/**
 * Steps that the actions and cures of several scenarios share.
 * @module
 */
import type { Settings } from '../../stack/deployment/deployment.ts';
import { until } from '../../stack/until.ts';
import { BASELINE, type Stack } from './scenario.ts';

/** Replaces the last replica with one that has these settings, and does not tell. */
export async function replaceLast(
  stack: Stack,
  service: keyof typeof BASELINE,
  settings: Settings,
): Promise<void> {
  await removeLast(stack, service);
  await stack.deployment.scale(
    { [service]: BASELINE[service] },
    { ...settings, SHOW_VARIATIONS: 'false' },
  );
}

export const removeLast = ({ deployment }: Stack, service: keyof typeof BASELINE) =>
  deployment.scale({ [service]: BASELINE[service] - 1 });

/** Sends a signal to those replicas of a service that `isMeant` selects. */
export async function signalReplicas(
  { deployment }: Stack,
  signal: NodeJS.Signals,
  isMeant: (replica: { service: string; name: string }) => boolean,
): Promise<void> {
  const meant = (await deployment.replicas()).filter(isMeant);
  await Promise.all(meant.map((replica) => deployment.signal(replica, signal)));
}

/** Removes the jobs that an action has added, once miners have let go of them. */
export const removeTagged = (stack: Stack) =>
  until('the added jobs are removed', async () => {
    const jobs = await taggedJobs(stack);
    await Promise.all(jobs.map((job) => job.remove().catch(() => undefined))); // locked while it is active
    return jobs.length === 0;
  });

/** Resolves to the jobs that an action has added and that are still there. */
export async function taggedJobs({ queue, saved: { tag } }: Stack) {
  const jobs = await queue.getJobs(['waiting', 'active', 'delayed', 'failed', 'completed']);
  // A job can vanish between the list of ids and its data.
  return jobs.filter((job) => (job as typeof job | undefined)?.id?.startsWith(tag));
}

/** Returns ids for `count` jobs, by which {@link removeTagged} finds them. */
export const tagged = ({ saved: { tag } }: Stack, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${tag}-${n + 1}`);
