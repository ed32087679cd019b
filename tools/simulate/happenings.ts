/**
 * What happens during a simulation, as it is typed: `--at 60 kill=miner-2`.
 * @module
 */
import { RESTART_MS, type Happening } from '../../simulation/pipeline.ts';
import { SERVICES, type Scale, type ServiceName } from '../../simulation/settings.ts';

/** A time from the start (ms), and what happens then. */
export type TimedHappening = [ms: number, happening: Happening];

const EXPECTED =
  'expected kill=NAME, freeze=NAME:SECONDS, SERVICE=N, pause, resume, redis=down:SECONDS, concurrency=N, or rate=N';

/**
 * Returns it in a list, or an empty one if it is wrong; then adds to `problems` what is.
 * @param most how many replicas of each service there are at most
 */
export function parseHappening(
  at: string,
  event: string,
  most: Scale,
  problems: string[],
): TimedHappening[] {
  const seconds = parseNumber(at);
  const happening = parseEvent(event);
  if (seconds === undefined) problems.push(`--at ${at}: expected a number of seconds`);
  if (happening === undefined) problems.push(`--at ${at} ${event}: ${EXPECTED}`);
  else if ('name' in happening && !isReplica(happening.name, most)) {
    const names = SERVICES.filter((service) => most[service] > 0).map((service) =>
      most[service] === 1 ? `${service}-1` : `${service}-1 to ${service}-${most[service]}`,
    );
    problems.push(`--at ${at} ${event}: expected one of ${names.join(', ')}`);
  } else if (seconds !== undefined) return [[seconds * 1000, happening]];
  return [];
}

function parseEvent(event: string): Happening | undefined {
  const [name = '', value = '', ...rest] = event.split('=');
  if (rest.length > 0) return undefined;
  if (event === 'pause' || event === 'resume') return { kind: event };
  const [what = '', duration] = value.split(':');
  const forMs = duration === undefined ? undefined : secondsToMs(duration);
  if (name === 'kill' && what !== '') {
    if (duration === undefined) return { kind: 'kill', name: what, forMs: RESTART_MS };
    return forMs === undefined ? undefined : { kind: 'kill', name: what, forMs };
  }
  if (name === 'freeze' && what !== '' && forMs !== undefined)
    return { kind: 'freeze', name: what, forMs };
  if (name === 'redis' && what === 'down' && forMs !== undefined)
    return { kind: 'redis down', forMs };
  return parseLimit(name, value);
}

function parseLimit(name: string, value: string): Happening | undefined {
  const number = parseNumber(value);
  if (number === undefined) return undefined;
  if (name === 'rate') return { kind: 'rate', jobsPerSecond: number };
  if (!Number.isInteger(number) || number > 10_000) return undefined;
  if (name === 'concurrency') return { kind: 'concurrency', jobs: number };
  if (!SERVICES.some((service) => service === name)) return undefined;
  return { kind: 'scale', service: name as ServiceName, replicas: number };
}

function isReplica(name: string, most: Scale): boolean {
  const [, service = '', n = ''] = /^(.+)-([1-9]\d{0,4})$/.exec(name) ?? [];
  return SERVICES.some((known) => known === service && Number(n) <= most[known]);
}

function secondsToMs(text: string): number | undefined {
  const seconds = parseNumber(text);
  return seconds === undefined ? undefined : seconds * 1000;
}

const parseNumber = (text: string) =>
  /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : undefined;
