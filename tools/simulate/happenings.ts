/**
 * What happens during a simulation, as it is typed: `--at 60 kill=miner-2`.
 * @module
 */
import {
  HAPPENINGS,
  parseHappening,
  parseNumber,
  type TimedHappening,
} from '../../simulation/happenings.ts';
import { SERVICES, type Scale } from '../../simulation/settings.ts';

/**
 * Returns it in a list, or an empty one if it is wrong; then adds to `problems` what is.
 * @param most how many replicas of each service there are at most
 */
export function parseAt(
  at: string,
  event: string,
  most: Scale,
  problems: string[],
): TimedHappening[] {
  const seconds = parseNumber(at);
  const happening = parseHappening(event);
  if (seconds === undefined) problems.push(`--at ${at}: expected a number of seconds`);
  if (happening === undefined) problems.push(`--at ${at} ${event}: expected ${HAPPENINGS}`);
  else if ('name' in happening && !isReplica(happening.name, most)) {
    const names = SERVICES.filter((service) => most[service] > 0).map((service) =>
      most[service] === 1 ? `${service}-1` : `${service}-1 to ${service}-${most[service]}`,
    );
    problems.push(`--at ${at} ${event}: expected one of ${names.join(', ')}`);
  } else if (seconds !== undefined) return [[seconds * 1000, happening]];
  return [];
}

function isReplica(name: string, most: Scale): boolean {
  const [, service = '', n = ''] = /^(.+)-([1-9]\d{0,4})$/.exec(name) ?? [];
  return SERVICES.some((known) => known === service && Number(n) <= most[known]);
}
