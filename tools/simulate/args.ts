/**
 * The arguments of `npm run simulate`.
 * @module
 */
import { parseArgs } from 'node:util';
import { EnvError, readEnv } from '@dockercoins/common/service/env';
import { ArgumentError } from '../../local/args.ts';
import { serviceSchemas } from '../../local/config.ts';
import { fastSettings } from '../../local/fast.ts';
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
import { parseHappening, type TimedHappening } from './happenings.ts';

export interface Sweep {
  /** A service, or a setting. */
  name: string;
  values: number[];
}

export interface SimulateOptions {
  plan: Plan;
  /** Virtual time, and how much of it is not measured, in seconds. */
  seconds: number;
  warmUp: number;
  happenings: TimedHappening[];
  sweep: Sweep | undefined;
  /** Files to write the results to. */
  json: string | undefined;
  csv: string | undefined;
  svg: string | undefined;
  help: boolean;
  /** Settings that were given, but change nothing here. */
  withoutEffect: string[];
}

export const USAGE = `npm run simulate -- [options] [SETTING=VALUE ...]

Simulates the pipeline with the rules of its services, on a virtual clock. The same seed gives the same results.

  --miner N, --rng N, --hasher N, --producer N
                    how many replicas (default 1; at most 10000)
  --seconds N       virtual time (default 600)
  --warm-up N       seconds at the start that are not measured (default: a tenth, at most 10)
  --seed N          of everything random (default 1)
  --at N EVENT      what happens after N seconds; can be repeated:
                      kill=miner-2      it is restarted, as by npm start; kill=miner-2:30 after 30 s
                      freeze=rng-1:20   it stands still for 20 s
                      rng=4             as npm run scale rng=4
                      pause, resume     the queue
                      redis=down:20     Redis is unreachable for 20 s
                      concurrency=5     at most 5 jobs at once, in each queue; 0 ends the limit
                      rate=2.5          at most 2.5 jobs per second, in each queue; 0 ends the limit
  --sweep NAME=A..B one simulation for each value of a service or setting; A..B/STEP in larger steps
  --ideal           nothing takes time but the delays; by default, requests, jobs and timers cost what was measured
  --cores N         processes share N cores, with the CPU time of docs/performance.md (default: no limit; 2 with --fast)
  --fast            the settings of npm start -- --fast
  --json FILE       write the results as JSON
  --csv FILE        write the curve of a sweep as CSV
  --svg FILE        draw it
  --help            show this text

SETTING is a setting of the services, such as RNG_DELAY_MS=50, also from the environment: docs/settings.md lists them.
`;

const MAX_REPLICAS = 10_000;

/** A sweep of more points would take minutes. */
const MAX_POINTS = 1000;

const SERVICE_SETTINGS = {
  ...serviceSchemas.rng,
  ...serviceSchemas.hasher,
  ...serviceSchemas.miner,
  ...serviceSchemas.producer,
};

/** @throws {ArgumentError} listing everything that is wrong */
export function parseSimulateArgs(args: string[], env: NodeJS.ProcessEnv): SimulateOptions {
  const problems: string[] = [];
  const { values, events, pairs } = readTokens(args, problems);

  const number = (option: keyof typeof values, fallback: number, min: number, max: number) => {
    const text = values[option];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (typeof text === 'string' && /^-?\d{1,10}$/.test(text) && value >= min && value <= max) {
      return value;
    }
    problems.push(`--${option} ${String(text)}: expected a whole number from ${min} to ${max}`);
    return fallback;
  };
  const scale = Object.fromEntries(
    SERVICES.map((service) => [service, number(service, 1, 0, MAX_REPLICAS)]),
  ) as Scale;
  for (const service of ['rng', 'hasher'] as const) {
    if (scale[service] === 0) problems.push(`--${service} 0: expected at least 1`);
  }
  const seconds = number('seconds', 600, 1, 1_000_000);
  const warmUp = number('warm-up', Math.min(10, Math.floor(seconds / 10)), 0, seconds - 1);
  const seed = number('seed', 1, -(2 ** 31), 2 ** 31 - 1);
  const cores = number('cores', values.fast ? 2 : 0, 0, 1000);

  const given = { ...fastOf(values.fast, env), ...Object.fromEntries(pairs) };
  const settings = readSettings(given, env, problems);
  const sweep = values.sweep === undefined ? undefined : parseSweep(values.sweep, problems);
  const most = mostReplicas(scale, events, sweep);
  const happenings = events.flatMap(({ at, event }) => parseHappening(at, event, most, problems));
  for (const option of ['json', 'csv', 'svg'] as const) {
    if (values[option] === '') problems.push(`--${option}: expected the name of a file`);
    else if (option !== 'json' && values[option] !== undefined && values.sweep === undefined)
      problems.push(`--${option} ${values[option]}: expected together with --sweep`);
  }
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 is' : `${problems.length} are`;
    throw new ArgumentError(
      `Invalid arguments: ${count} wrong.\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  const costs = { ...(values.ideal ? IDEAL : MEASURED), cores };
  return {
    plan: planOf({ settings, scale, costs, seed }),
    ...{ seconds, warmUp, happenings, sweep },
    ...{ json: values.json, csv: values.csv, svg: values.svg },
    help: values.help,
    withoutEffect: [...pairs.keys()].filter((name) => !Object.hasOwn(DEFAULTS, name)),
  };
}

const OPTIONS = {
  miner: { type: 'string' },
  rng: { type: 'string' },
  hasher: { type: 'string' },
  producer: { type: 'string' },
  seconds: { type: 'string' },
  'warm-up': { type: 'string' },
  seed: { type: 'string' },
  at: { type: 'string', multiple: true },
  sweep: { type: 'string' },
  cores: { type: 'string' },
  json: { type: 'string' },
  csv: { type: 'string' },
  svg: { type: 'string' },
  ideal: { type: 'boolean', default: false },
  fast: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The option `--at` has two values: the time, and the argument after it. */
function readTokens(args: string[], problems: string[]) {
  const { values, tokens } = parseArgs({
    args,
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const events: { at: string; event: string }[] = [];
  const pairs = new Map<string, string>();
  let at: string | undefined;
  let isUnknown = false; // what follows an unknown option may be its value
  for (const token of tokens) {
    if (at !== undefined && token.kind !== 'positional') {
      problems.push(`--at ${at}: expected an event after it, such as kill=miner-2`);
      at = undefined;
    }
    if (token.kind === 'option') {
      const { name, rawName, value } = token;
      const type = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof typeof OPTIONS].type : '';
      isUnknown = type === '';
      if (isUnknown) problems.push(`${rawName}: expected one of the options of --help`);
      else if (type === 'string' && value === undefined)
        problems.push(`${rawName}: expected a value`);
      else if (type === 'boolean' && value !== undefined)
        problems.push(`${rawName}=${value}: expected no value`);
      else if (name === 'at') at = value;
    } else if (token.kind === 'positional') {
      if (at !== undefined) events.push({ at, event: token.value });
      else if (!isUnknown) addPair(token.value, pairs, problems);
      at = undefined;
      isUnknown = false;
    }
  }
  if (at !== undefined)
    problems.push(`--at ${at}: expected an event after it, such as kill=miner-2`);
  const known = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      const type = Object.hasOwn(OPTIONS, name) && OPTIONS[name as keyof typeof OPTIONS].type;
      return typeof value === type;
    }),
  ) as { [name in keyof typeof OPTIONS]?: string };
  return {
    values: {
      ...known,
      ideal: values.ideal === true,
      fast: values.fast === true,
      help: values.help === true,
    },
    events,
    pairs,
  };
}

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

/** Settings on the command line win over `--fast`. */
const fastOf = (isFast: boolean, env: NodeJS.ProcessEnv) => (isFast ? fastSettings(env) : {});

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

function parseSweep(text: string, problems: string[]): Sweep | undefined {
  const [, name = '', from = '', to = '', step = '1'] =
    /^(\w+)=(\d{1,9}(?:\.\d{1,3})?)\.\.(\d{1,9}(?:\.\d{1,3})?)(?:\/(\d{1,9}(?:\.\d{1,3})?))?$/.exec(
      text,
    ) ?? [];
  const isKnown =
    SERVICES.some((service) => service === name) ||
    (Object.hasOwn(DEFAULTS, name) && typeof DEFAULTS[name as SettingName] === 'number');
  const count = Math.floor((Number(to) - Number(from)) / Number(step) + 1e-9) + 1;
  if (!isKnown || !(count >= 1) || count > MAX_POINTS) {
    problems.push(
      `--sweep ${text}: expected NAME=A..B or NAME=A..B/STEP, at most ${MAX_POINTS} values, where NAME is one of ${SERVICES.join(', ')}, or a setting that is a number`,
    );
    return undefined;
  }
  const values = Array.from({ length: count }, (_, n) =>
    Number((Number(from) + n * Number(step)).toFixed(6)),
  );
  return { name, values };
}

/**
 * Returns the plan with one value of the sweep.
 * @throws {EnvError} if it is not a valid value of the setting
 */
export function planAt(plan: Plan, name: string, value: number): Plan {
  if (SERVICES.some((service) => service === name)) {
    return { ...plan, scale: { ...plan.scale, [name as ServiceName]: value } };
  }
  const schema = SERVICE_SETTINGS[name as SettingName];
  const parsed = readEnv({ [name]: schema }, { [name]: String(value) });
  return { ...plan, settings: { ...plan.settings, ...parsed } };
}
