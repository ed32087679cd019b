/**
 * How a stack is before an incident.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { SERVICES, type Service } from '../../local/args.ts';
import type { Connections } from '../stack/deployment/connect.ts';
import type { Deployment, Scale } from '../stack/deployment/deployment.ts';
import type { Saved } from './scenarios/scenario.ts';

/** Records what a cure has to restore. */
export async function snapshot(
  deployment: Deployment,
  { redis, queue }: Connections,
): Promise<Saved> {
  const [, maxmemory = '0'] = await redis.config('GET', 'maxmemory');
  return {
    scale: await scaleOf(deployment),
    maxmemory,
    failed: await queue.getFailedCount(),
    at: Date.now(),
    tag: randomBytes(4).toString('hex'),
  };
}

/** Services whose number of replicas an incident may change. */
const SCALED = SERVICES.filter((service) => service !== 'dashboard');

/** Resolves to the number of running replicas of each service. */
export async function scaleOf(deployment: Deployment): Promise<Scale> {
  const replicas = await deployment.replicas();
  const countOf = (service: Service) => replicas.filter((it) => it.service === service).length;
  return Object.fromEntries(SCALED.map((service) => [service, countOf(service)]));
}
