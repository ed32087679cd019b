/**
 * What `npm start` shows about the running stack.
 * @module
 */
import { redisName } from '@dockercoins/common/queue/redis';
import type { Frame, Outage } from '../dashboard/frame/frame.ts';
import { shownHostOf } from './address.ts';
import { callsForRunningStack } from './commands.ts';
import type { Stack } from './stack.ts';

interface BannerOptions {
  stack: Pick<Stack, 'replicas' | 'redis'>;
  /** Origin of the dashboard. */
  dashboard: string;
  listenHost: string;
  /** True if keys in this terminal change the stack. */
  hasKeys: boolean;
}

/** Returns the addresses, to be shown once everything is ready. */
export function banner({ stack, dashboard, listenHost, hasKeys }: BannerOptions): string {
  const { replicas, redis } = stack;
  const addresses = (service: 'rng' | 'hasher') =>
    replicas
      .of(service)
      .map(({ instance: { port } }) => `http://${shownHostOf(listenHost)}:${port}`)
      .join('  ') || 'external';
  return `
  DockerCoins is mining with ${count(replicas.of('miner').length, 'miner')}

    dashboard    ${dashboard}
    Bull Board   ${dashboard}/queues
    rng          ${addresses('rng')}
    hasher       ${addresses('hasher')}
    Redis        ${redisName(redis).replace('Redis at ', '')}

    Press Ctrl-C to stop${hasKeys ? ', + or - for one miner more or less' : ''}.
    In another terminal: ${callsForRunningStack().join(', ')}
`;
}

/** Returns the current speed and counts in one line, from the dashboard at `address`. */
export async function speedLine(address: string): Promise<string> {
  try {
    const response = await fetch(`${address}/api/frame`, { signal: AbortSignal.timeout(900) });
    const frame = (await response.json()) as Frame | Outage;
    if ('unreachable' in frame)
      return `${frame.unreachable ? 'Redis is unreachable' : 'no data'}: ${frame.reason}`;
    return [
      `${frame.speed?.toFixed(1) ?? '–'} hashes/s`,
      count(frame.miners, 'miner'),
      count(frame.loops, 'loop'),
      count(frame.coins, 'coin'),
      `${count(frame.queue.waiting, 'job')} waiting`,
    ].join(', ');
  } catch {
    return 'the dashboard does not respond';
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
