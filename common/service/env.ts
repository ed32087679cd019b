/**
 * ConfigSchema from the environment: each is declared once, with a default, a unit and a line of help,
 * and all are read into one frozen object before anything connects.
 *
 * ```ts
 * const config = readEnv({ RNG_SLOTS: slots(1, 'requests served at once') }, process.env);
 * config.RNG_SLOTS; // 1
 * ```
 * @module
 */
import { z } from 'zod';

/** The settings of one service: name of the variable → how to read it. */
export type ConfigSchema = Record<string, z.ZodType>;

/** Says which variables of the environment are wrong: all of them, each with what was expected. */
export class EnvError extends Error {
  override name = 'EnvError';
}

interface Help {
  help: string;
  /** Never shown, not even when it is wrong. */
  secret?: boolean;
}
const helps = z.registry<Help>();

/** A whole number within bounds, both included. */
export function integer(fallback: number, min: number, max: number, help: string) {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: expected })
    .transform(Number)
    .pipe(z.number().min(min, { error: expected }).max(max, { error: expected }))
    .default(fallback)
    .register(helps, { help });
}

const HOUR = 3_600_000;

/** A length of time in milliseconds, at most an hour. */
export function milliseconds(fallback: number, help: string, min = 0) {
  return integer(fallback, min, HOUR, `${help} (ms)`);
}

/** How many things may happen at once; 0 = no limit. */
export function slots(fallback: number, help: string) {
  return integer(fallback, 0, 10_000, `${help} (0 = no limit)`);
}

/** A TCP port; 0 = any free one. */
export function port(fallback: number, help: string) {
  return integer(fallback, 0, 65_535, help);
}

/** One of a few words. */
export function choice<const T extends string>(
  words: readonly [T, ...T[]],
  fallback: T,
  help: string,
) {
  return z
    .enum(words, { error: `one of ${words.join(', ')}` })
    .default(() => fallback)
    .register(helps, { help });
}

/** Any text that is not empty. */
export function text(fallback: string, help: string) {
  return z.string().default(fallback).register(helps, { help });
}

/** A word that fits into an HTTP header. */
export function word(fallback: string, help: string) {
  return z
    .string()
    .regex(/^[!-~]+$/, { error: 'letters, digits and signs of ASCII, without spaces' })
    .default(fallback)
    .register(helps, { help });
}

/** A text that is never shown, or undefined where it is not set. */
export function secret(help: string) {
  return z.string().optional().register(helps, { help, secret: true });
}

/** The address of a Redis: `redis://` or `rediss://` (TLS), with user and password where it has them. */
export function redisUrl(fallback: string, help: string) {
  return redisAddress.default(fallback).register(helps, { help, secret: true });
}

/** The same where none is needed. */
export function optionalRedisUrl(help: string) {
  return redisAddress.optional().register(helps, { help, secret: true });
}

const redisAddress = z.string().refine(isRedisUrl, {
  error: 'an address like redis://host:6379/0 or rediss://user:password@host:6380',
});

/** One or several origins (`http://host:port`), separated by commas. Read as a list without trailing slashes. */
export function origins(fallback: string, help: string) {
  const expected = 'one or several addresses like http://host:8001, separated by commas';
  return z
    .string()
    .transform((value) => value.split(',').map((part) => URL.parse(part.trim())))
    .refine((list) => list.every(isOrigin), { error: expected })
    .transform((list) => list.map((url) => url?.origin ?? ''))
    .default([fallback])
    .register(helps, { help });
}

/** Stricter than ioredis, which throws at some of the others and takes the rest for another address. */
function isRedisUrl(value: string): boolean {
  try {
    const { protocol, username, password, hostname, pathname, search, hash } = new URL(value);
    decodeURIComponent(username + password); // as ioredis does
    const isPlain = hostname !== '' && /^\/?\d{0,5}$/.test(pathname) && search + hash === '';
    return isPlain && /^rediss?:$/.test(protocol);
  } catch {
    return false;
  }
}

function isOrigin(url: URL | null): boolean {
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}

/** What {@link readEnv} makes of the settings. */
export type Config<T extends ConfigSchema> = Readonly<{ [K in keyof T]: z.output<T[K]> }>;

/**
 * Reads the settings from an environment. A variable that is empty counts as not set.
 * @throws {EnvError} that lists every wrong variable, what was expected and what was found
 */
export function readEnv<T extends ConfigSchema>(settings: T, env: NodeJS.ProcessEnv): Config<T> {
  const config: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [name, schema] of Object.entries(settings)) {
    const found = env[name] || undefined;
    const result = schema.safeParse(found);
    if (result.success) {
      config[name] = result.data;
      continue;
    }
    const { help, secret } = helps.get(schema) ?? { help: '' };
    const shown = secret ? 'something else (not shown)' : JSON.stringify(hidePasswords(found));
    const expected = result.error.issues[0]?.message;
    wrong.push(`  ${name} (${help}): expected ${expected}, found ${shown}`);
  }
  if (wrong.length > 0) {
    const count = wrong.length === 1 ? 'one setting is' : `${wrong.length} settings are`;
    throw new EnvError(`The environment is not right: ${count} wrong.\n${wrong.join('\n')}`);
  }
  return Object.freeze(config) as Config<T>;
}

/** Of addresses like http://user:password@host only the host is shown. A password may have any sign in it, @ too. */
function hidePasswords(text: string | undefined): string | undefined {
  return text?.replace(/^(https?:\/\/)?.*@/s, '$1***@');
}

/** Name, default and help of each setting, for a table. */
export function describeSettings(settings: ConfigSchema) {
  return Object.entries(settings).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined).data as string | number | string[] | undefined;
    return {
      name,
      fallback: fallback === undefined ? '' : String(fallback),
      help: helps.get(schema)?.help ?? '',
    };
  });
}
