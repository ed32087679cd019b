import { optionalRedisUrl, readEnv, text } from '@dockercoins/common/service/env';
import { configSchema as dashboard } from '../dashboard/server/config.ts';
import { configSchema as hasher } from '../hasher/config.ts';
import { configSchema as miner } from '../miner/config.ts';
import { configSchema as producer } from '../producer/config.ts';
import { configSchema as rng } from '../rng/config.ts';

/** Settings of `npm start` itself and of all services: it hands the environment on to them, and checks it before. */
export const configSchema = {
  ...rng,
  ...hasher,
  ...producer,
  ...miner,
  ...dashboard,
  REDIS_URL: optionalRedisUrl('a Redis that runs already; without it one is started'),
  LISTEN_HOST: text('127.0.0.1', 'address that the services listen on; :: lets other machines in'),
  LOCAL_DIR: text('.local', "folder for Redis' data and caches"),
};

/** What `npm start` would choose itself; here only what the environment sets. */
const CHOICES = [
  'INSTANCE',
  'PORT',
  'ADMIN_PORT',
  'RNG_URL',
  'HASHER_URL',
  'PAGE_DIR',
] as const satisfies (keyof typeof configSchema)[];

/** @throws {EnvError} that lists every wrong setting */
export function readLocalConfig(env: NodeJS.ProcessEnv) {
  const { REDIS_URL, LISTEN_HOST, LOCAL_DIR, ...rest } = readEnv(configSchema, env);
  const set = CHOICES.filter((name) => env[name]).map((name) => [name, rest[name]]);
  const given = Object.fromEntries(set) as Partial<Pick<typeof rest, (typeof CHOICES)[number]>>;
  return { REDIS_URL, LISTEN_HOST, LOCAL_DIR, given };
}
