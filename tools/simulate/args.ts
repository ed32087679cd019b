/**
 * The arguments of `npm run simulate`.
 * @module
 */
import { EnvError, readEnv } from '@dockercoins/common/service/env';
import { serviceSchemas } from '../../local/config.ts';
import { fastSettings } from '../../local/fast.ts';
import {
  ArgumentError,
  file,
  flag,
  option,
  readArguments,
  repeatable,
  throwAny,
  wholeNumber,
  type Kind,
} from '../../local/options.ts';
import {
  DEFAULTS,
  IDEAL,
  MEASURED,
  planOf,
  SERVICES,
  type Plan,
  type Scale,
  type ServiceName,
  type SettingName,
  type Settings,
} from '../../simulation/settings.ts';
import { parseAt } from './happenings.ts';

export interface Sweep {
  /** A service, or a setting. */
  name: string;
  values: number[];
}

/** A sweep of more points would take minutes. */
const MAX_POINTS = 1000;

const SERVICE_SETTINGS = {
  ...serviceSchemas.rng,
  ...serviceSchemas.hasher,
  ...serviceSchemas.miner,
  ...serviceSchemas.producer,
};

const replicas = wholeNumber(0, 10_000);

const event = {
  expected: 'an event after it, such as kill=miner-2',
  parse(text: string) {
    const [, at = '', event] = /^(\S+) (.+)$/s.exec(text) ?? [];
    return event === undefined ? undefined : { at, event };
  },
};

const sweep: Kind<Sweep> = {
  expected: `NAME=A..B or NAME=A..B/STEP, at most ${MAX_POINTS} values, where NAME is one of ${SERVICES.join(', ')}, or a setting that is a number`,
  parse: parseSweep,
};

export const OPTIONS = {
  miner: option('N', replicas, 'replicas of miner', 1),
  rng: option('N', replicas, 'replicas of rng', 1),
  hasher: option('N', replicas, 'replicas of hasher', 1),
  producer: option('N', replicas, 'replicas of producer', 1),
  seconds: option('N', wholeNumber(1, 1_000_000), 'virtual time', 600),
  'warm-up': option(
    'N',
    wholeNumber(0, 999_999),
    'seconds at the start that are not measured (default: a tenth, at most 10)',
  ),
  seed: option('N', wholeNumber(-(2 ** 31), 2 ** 31 - 1), 'of everything random', 1),
  at: repeatable(
    'N EVENT',
    event,
    `what happens after N seconds; can be repeated:
  kill=miner-2      it is restarted, as by npm start; kill=miner-2:30 after 30 s
  freeze=rng-1:20   it stands still for 20 s
  slow=rng-1:5      it takes five times as long; 1 ends that
  rng=4             as npm run scale rng=4
  pause, resume     the queue
  redis=down:20     Redis is unreachable for 20 s
  concurrency=5     at most 5 jobs at once, in each queue; 0 ends the limit
  rate=2.5          at most 2.5 jobs per second, in each queue; 0 ends the limit`,
  ),
  sweep: option(
    'NAME=A..B',
    sweep,
    'one simulation for each value of a service or setting; A..B/STEP in larger steps',
  ),
  ideal: flag(
    'nothing takes time but the delays; by default, requests, jobs and timers cost what was measured',
  ),
  cores: option(
    'N',
    wholeNumber(0, 1000),
    'processes share N cores, with the CPU time of docs/performance.md (default: no limit; 2 with --fast)',
  ),
  fast: flag('the settings of npm start -- --fast'),
  json: option('FILE', file, 'write the results as JSON'),
  csv: option('FILE', file, 'write the curve of a sweep as CSV'),
  svg: option('FILE', file, 'draw it'),
};

/**
 * Returns what to simulate. Times are in seconds; `withoutEffect` are settings that were given, but change nothing here.
 * @throws {ArgumentError} listing everything that is wrong
 */
export function parseSimulateArgs(args: string[], env: NodeJS.ProcessEnv) {
  const { values, words, problems } = readArguments(OPTIONS, args);
  const { miner, rng, hasher, producer, seconds, seed, sweep, ...rest } = values;
  const scale = { miner, rng, hasher, producer };
  for (const service of ['rng', 'hasher'] as const) {
    if (scale[service] === 0) problems.push(`--${service} 0: expected at least 1`);
  }
  const warmUp = rest['warm-up'] ?? Math.min(10, Math.floor(seconds / 10));
  if (warmUp >= seconds)
    problems.push(`--warm-up ${warmUp}: expected a whole number from 0 to ${seconds - 1}`);
  const pairs = new Map<string, string>();
  for (const word of words) addPair(word, pairs, problems);
  const given = { ...(rest.fast && fastSettings(env)), ...Object.fromEntries(pairs) };
  const settings = readSettings(given, env, problems);
  const most = mostReplicas(scale, rest.at, sweep);
  const happenings = rest.at.flatMap(({ at, event }) => parseAt(at, event, most, problems));
  for (const name of ['csv', 'svg'] as const) {
    if (rest[name] !== undefined && sweep === undefined)
      problems.push(`--${name} ${rest[name]}: expected together with --sweep`);
  }
  throwAny(problems);
  const costs = { ...(rest.ideal ? IDEAL : MEASURED), cores: rest.cores ?? (rest.fast ? 2 : 0) };
  return {
    plan: planOf({ settings, scale, costs, seed }),
    ...{ seconds, warmUp, happenings, sweep },
    ...{ json: rest.json, csv: rest.csv, svg: rest.svg },
    withoutEffect: [...pairs.keys()].filter((name) => !Object.hasOwn(DEFAULTS, name)),
  };
}

export type SimulateOptions = ReturnType<typeof parseSimulateArgs>;

function addPair(text: string, pairs: Map<string, string>, problems: string[]): void {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (Object.hasOwn(SERVICE_SETTINGS, name)) pairs.set(name, value);
  else
    problems.push(
      `${text}: expected SETTING=VALUE with a setting of docs/settings.md, or --at before an event`,
    );
}

/** Returns how many replicas of each service there are at most, at any time. */
function mostReplicas(
  scale: Scale,
  events: readonly { event: string }[],
  sweep: Sweep | undefined,
): Scale {
  const mostOf = (service: ServiceName) => {
    const scaled = events.map(({ event }) => Number(event.match(`^${service}=(\\d+)$`)?.[1] ?? 0));
    return Math.max(scale[service], ...scaled, ...(sweep?.name === service ? sweep.values : []));
  };
  return Object.fromEntries(SERVICES.map((service) => [service, mostOf(service)])) as Scale;
}

/** Only the settings that change a simulation are read from the environment. */
function readSettings(
  given: Record<string, string>,
  env: NodeJS.ProcessEnv,
  problems: string[],
): Settings {
  const names = Object.keys(DEFAULTS) as SettingName[];
  const inherited = Object.fromEntries(names.map((name) => [name, env[name]]));
  try {
    const all = readEnv(SERVICE_SETTINGS, { ...inherited, ...given });
    return Object.fromEntries(names.map((name) => [name, all[name]])) as Settings;
  } catch (err) {
    if (!(err instanceof EnvError)) throw err;
    problems.push(
      ...err.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    );
    return DEFAULTS;
  }
}

function parseSweep(text: string): Sweep | undefined {
  const [, name = '', from = '', to = '', step = '1'] =
    /^(\w+)=(\d{1,9}(?:\.\d{1,3})?)\.\.(\d{1,9}(?:\.\d{1,3})?)(?:\/(\d{1,9}(?:\.\d{1,3})?))?$/.exec(
      text,
    ) ?? [];
  const isKnown =
    SERVICES.some((service) => service === name) ||
    (Object.hasOwn(DEFAULTS, name) && typeof DEFAULTS[name as SettingName] === 'number');
  const count = Math.floor((Number(to) - Number(from)) / Number(step) + 1e-9) + 1;
  if (!isKnown || !(count >= 1) || count > MAX_POINTS) return undefined;
  const values = Array.from({ length: count }, (_, n) =>
    Number((Number(from) + n * Number(step)).toFixed(6)),
  );
  return { name, values };
}

/**
 * Returns the plan with one value of the sweep.
 * @throws {ArgumentError} if it is not a valid value of the setting
 */
export function planAt(plan: Plan, name: string, value: number): Plan {
  if (SERVICES.some((service) => service === name)) {
    return { ...plan, scale: { ...plan.scale, [name as ServiceName]: value } };
  }
  const schema = SERVICE_SETTINGS[name as SettingName];
  try {
    const parsed = readEnv({ [name]: schema }, { [name]: String(value) });
    return { ...plan, settings: { ...plan.settings, ...parsed } };
  } catch (cause) {
    throw new ArgumentError((cause as Error).message, { cause });
  }
}
