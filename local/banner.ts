/**
 * What `npm start` tells a person.
 * @module
 */
import type { Frame, Outage } from '../dashboard/frame.ts';
import { shownHostOf } from './address.ts';
import type { Stack } from './stack.ts';

/** The addresses, once all is ready. */
export function banner(
  { instances, redisUrl }: Stack,
  dashboard: string,
  listenHost: string,
  miners: number,
): string {
  const addresses = (service: string) =>
    instances
      .filter((instance) => instance.service === service)
      .map(({ port }) => `http://${shownHostOf(listenHost)}:${port}`)
      .join('  ') || 'elsewhere';
  return `
  DockerCoins is mining with ${miners === 1 ? 'one miner' : `${miners} miners`}

    dashboard    ${dashboard}
    Bull Board   ${dashboard}/queues
    rng          ${addresses('rng')}
    hasher       ${addresses('hasher')}
    Redis        ${new URL(redisUrl).host}

    Ctrl-C stops it; npm start -- --scale miner=10 mines with more
`;
}

/** The speed as the dashboard tells it now. */
export async function speedLine(address: string): Promise<string> {
  try {
    const answer = await fetch(`${address}/api/frame`, { signal: AbortSignal.timeout(900) });
    const frame = (await answer.json()) as Frame | Outage;
    if ('away' in frame) return `${frame.away ? 'Redis is away' : 'no figures'}: ${frame.reason}`;
    const speed = frame.speed === null ? '–' : frame.speed.toFixed(1);
    return `${speed} hashes/s, ${frame.miners} ${frame.miners === 1 ? 'miner' : 'miners'}, ${frame.loops} loops, ${frame.coins} coins, ${frame.queue.waiting} jobs wait`;
  } catch {
    return 'the dashboard does not answer';
  }
}
