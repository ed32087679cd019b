/**
 * Connects to a running stack, and records how it is before an incident.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { openQueue } from '@dockercoins/common/queue/queue';
import { silentLog } from '../stack/log.ts';
import { SERVICES, type Service } from '../../local/args.ts';
import type { Deployment, Scale } from '../stack/deployment/deployment.ts';
import type { Saved, Stack } from './scenarios/scenario.ts';

type Connections = Pick<Stack, 'redis' | 'queue'> & AsyncDisposable;

/** Opens connections to the Redis of a stack. */
export function connect({ redisUrl, redisPassword: password }: Deployment): Connections {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 3, ...(password && { password }) });
  redis.on('error', () => undefined); // commands fail
  const queue = openQueue(redis, silentLog);
  return {
    redis,
    queue,
    async [Symbol.asyncDispose]() {
      await queue.close();
      redis.disconnect();
    },
  };
}

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
