/**
 * The settings of `npm start`: its own, and those of all services, which it validates and passes on.
 * @module
 */
import {
  describeSettings,
  optionalRedisUrl,
  readEnv,
  text,
  type Config,
} from '@dockercoins/common/service/env';
import { configSchema as dashboard } from '../dashboard/server/config.ts';
import { configSchema as hasher } from '../hasher/config.ts';
import { configSchema as miner } from '../miner/config.ts';
import { configSchema as producer } from '../producer/config.ts';
import { configSchema as rng } from '../rng/config.ts';
import { columns } from './columns.ts';

/** The settings of each service. */
export const serviceSchemas = { rng, hasher, miner, producer, dashboard };

export const configSchema = {
  ...rng,
  ...hasher,
  ...producer,
  ...miner,
  ...dashboard,
  REDIS_URL: optionalRedisUrl('URL of an existing Redis; if unset, one is started'),
  LISTEN_HOST: text('127.0.0.1', 'address to listen on; :: lets other machines connect'),
  LOCAL_DIR: text('.local', 'folder for Redis data and caches'),
  SERVICES_DIR: text(
    '',
    'folder of bundled services, such as rng/main.mjs, to run instead of the sources',
  ),
};

/** Settings that `npm start` chooses itself, unless the environment overrides them. */
export const OVERRIDES = [
  'INSTANCE',
  'PORT',
  'ADMIN_PORT',
  'RNG_URL',
  'HASHER_URL',
  'PAGE_DIR',
  'SERVICES_DIR',
  'STARTED_WITH',
] as const satisfies (keyof typeof configSchema)[];

/** Those that the environment overrides. */
export type Overrides = Partial<Pick<Config<typeof configSchema>, (typeof OVERRIDES)[number]>>;

/** @throws {EnvError} listing every invalid setting */
export function readLocalConfig(env: NodeJS.ProcessEnv) {
  const { REDIS_URL, REDIS_PASSWORD, LISTEN_HOST, LOCAL_DIR, ...rest } = readEnv(configSchema, env);
  const redis = REDIS_URL === undefined ? undefined : { REDIS_URL, REDIS_PASSWORD };
  const set = OVERRIDES.filter((name) => env[name]).map((name) => [name, rest[name]]);
  return {
    redis,
    queues: rest.QUEUES,
    LISTEN_HOST,
    LOCAL_DIR,
    overrides: Object.fromEntries(set) as Overrides,
  };
}

/** Settings of Compose and of tools, which `npm start` ignores. */
const OF_OTHERS = ['RNG_PORT', 'HASHER_PORT'];

/** Returns a warning for each variable that is named like a setting of a service but has no effect, as if misspelled. */
export function warnOfUnknown(env: NodeJS.ProcessEnv): string[] {
  const known = Object.keys(configSchema);
  const unknown = Object.keys(env).filter(
    (name) =>
      /^(RNG|HASHER|MINER|PRODUCER)_/.test(name) && ![...known, ...OF_OTHERS].includes(name),
  );
  return unknown.map((name) => {
    const start = name.slice(0, name.indexOf('_') + 2); // RNG_D
    const similar = known.filter((other) => other.startsWith(start)).join(', ');
    const advice = similar === '' ? 'npm start -- --help lists them' : `similar: ${similar}`;
    return `warning: ${name} is set, but is not a setting (${advice})`;
  });
}

/** Returns the folder of the stack. @throws {EnvError} if it is invalid */
export function readLocalDir(env: NodeJS.ProcessEnv): string {
  return readEnv({ LOCAL_DIR: configSchema.LOCAL_DIR }, env).LOCAL_DIR;
}

/** Returns every setting with its default and meaning, for `npm start -- --help`. */
export function settingsText(): string {
  const chosen = new Set<string>(OVERRIDES);
  const rows = describeSettings(configSchema).map(({ name, fallback, help }) => [
    name,
    chosen.has(name) ? '(chosen for you)' : fallback,
    help,
  ]);
  return `Settings are environment variables, for example RNG_DELAY_MS=50 npm start:\n\n${columns(rows, '  ')}`;
}
