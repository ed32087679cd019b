/**
 * What happens during a simulation, in words that people type: `kill=miner-2`.
 * @module
 */
import { RESTART_MS, type Happening } from './pipeline.ts';
import { SERVICES, type ServiceName } from './settings.ts';

/** A time from the start (ms), and what happens then. */
export type TimedHappening = [ms: number, happening: Happening];

/** What `parseHappening` expects. */
export const HAPPENINGS =
  'kill=NAME, freeze=NAME:SECONDS, slow=NAME:FACTOR, SERVICE=N, pause, resume, redis=down:SECONDS, concurrency=N, or rate=N';

/** Returns what the text says; undefined if it is not a happening. */
export function parseHappening(event: string): Happening | undefined {
  const [name = '', value = '', ...rest] = event.split('=');
  if (rest.length > 0) return undefined;
  if (event === 'pause' || event === 'resume') return { kind: event };
  const [what = '', amount] = value.split(':');
  if (name === 'kill' && what !== '' && amount === undefined)
    return { kind: 'kill', name: what, forMs: RESTART_MS };
  const number = parseNumber(amount ?? '');
  if (number === undefined || what === '') return parseLimit(name, value);
  if (name === 'kill' || name === 'freeze') return { kind: name, name: what, forMs: number * 1000 };
  if (name === 'slow' && number >= 1) return { kind: 'slow', name: what, factor: number };
  if (name === 'redis' && what === 'down') return { kind: 'redis down', forMs: number * 1000 };
  return undefined;
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

/** Returns the text that `parseHappening` reads, for all but new settings. */
export function formatHappening(happening: Exclude<Happening, { kind: 'configure' }>): string {
  switch (happening.kind) {
    case 'scale':
      return `${happening.service}=${happening.replicas}`;
    case 'kill':
    case 'freeze':
      return `${happening.kind}=${happening.name}:${happening.forMs / 1000}`;
    case 'slow':
      return `slow=${happening.name}:${happening.factor}`;
    case 'redis down':
      return `redis=down:${happening.forMs / 1000}`;
    case 'concurrency':
      return `concurrency=${happening.jobs}`;
    case 'rate':
      return `rate=${happening.jobsPerSecond}`;
    default:
      return happening.kind;
  }
}

/** Returns a number without a sign, with at most three decimals; undefined for anything else. */
export const parseNumber = (text: string) =>
  /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : undefined;
