/**
 * Settings from environment variables. Each is declared once, with default, unit and help text. All are
 * parsed into one frozen object before anything connects.
 *
 * ```ts
 * const config = readEnv({ RNG_SLOTS: slots(1, 'requests served concurrently') }, process.env);
 * config.RNG_SLOTS; // 1
 * ```
 * @module
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseRedisUrl, REDIS_URL_FORMS } from '../redis-url.ts';
import { isOrigin } from './origins.ts';

/** The settings of a service: variable name → how to parse it. */
export type ConfigSchema = Record<string, z.ZodType>;

/** Lists all invalid variables, each with the expected and the actual value. */
export class EnvError extends Error {
  override name = 'EnvError';
}

interface Metadata {
  help: string;
  /** True if the value must never be shown, not even if it is invalid. Such a setting may also come from a file. */
  secret?: boolean;
}
const metadata = z.registry<Metadata>();

/** A number from `min` to `max`, inclusive, that is written like this. */
function number(form: RegExp, min: number, max: number, error: string) {
  return z
    .string()
    .regex(form, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

/** An integer from `min` to `max`, inclusive. */
export function integer(fallback: number, help: string, min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return number(/^\d{1,15}$/, min, max, expected)
    .default(fallback)
    .register(metadata, { help });
}

const HOUR = 3_600_000;

/** A duration in milliseconds, at most one hour. */
export function milliseconds(fallback: number, help: string, min = 0) {
  return integer(fallback, `${help}, in ms`, min, HOUR);
}

/** A concurrency limit; 0 = no limit. */
export function slots(fallback: number, help: string) {
  return integer(fallback, `${help}; 0 = no limit`, 0, 10_000);
}

/** A TCP port; 0 = any free port. */
export function port(fallback: number, help: string) {
  return integer(fallback, help, 0, 65_535);
}

/** One of the given words. */
export function choice<const T extends string>(
  words: readonly [T, ...T[]],
  fallback: T,
  help: string,
) {
  return z
    .enum(words, { error: `one of ${words.join(', ')}` })
    .default(() => fallback)
    .register(metadata, { help });
}

/** Any text. */
export function text(fallback: string, help: string) {
  return z.string().default(fallback).register(metadata, { help });
}

/** Text that is valid in an HTTP header. */
export function word(fallback: string, help: string) {
  return z
    .string()
    .regex(/^[!-~]+$/, { error: 'printable ASCII characters without spaces' })
    .default(fallback)
    .register(metadata, { help });
}

/** Text that is never shown; undefined if not set. */
export function secret(help: string) {
  return z.string().optional().register(metadata, { help, secret: true });
}

/** A Redis URL in one of the forms of `redis-url.ts`. */
export function redisUrl(fallback: string, help: string) {
  return redisUrlSchema.default(fallback).register(metadata, { help, secret: true });
}

/** A Redis URL; undefined if not set. */
export function optionalRedisUrl(help: string) {
  return redisUrlSchema.optional().register(metadata, { help, secret: true });
}

const redisUrlSchema = z
  .string()
  .refine((url) => parseRedisUrl(url) !== undefined, { error: REDIS_URL_FORMS });

/** An `http` or `https` URL, possibly with a path; undefined if not set. */
export function optionalUrl(help: string) {
  return z
    .string()
    .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
      error: 'a URL like http://host:4318',
    })
    .optional()
    .register(metadata, { help });
}

/** A number from 0 to 1. */
export function fraction(fallback: number, help: string) {
  const form = /^(0?\.\d{1,15}|[01](\.0{1,15})?)$/;
  return number(form, 0, 1, 'a number from 0 to 1, such as 0.01')
    .default(fallback)
    .register(metadata, { help });
}

/** A decimal number from `min` to `max`, inclusive. */
export function decimal(fallback: number, help: string, min: number, max: number) {
  return number(/^\d{1,9}(\.\d{1,9})?$/, min, max, `a number from ${min} to ${max}, such as 2.5`)
    .default(fallback)
    .register(metadata, { help });
}

/** `true` or `false`. */
export function flag(fallback: boolean, help: string) {
  return z
    .enum(['true', 'false'], { error: 'true or false' })
    .transform((value) => value === 'true')
    .default(fallback)
    .register(metadata, { help });
}

/**
 * One or more origins (`http://host:port`), separated by commas, or `file:` URLs of files that list them. Parsed into an
 * array for `readOrigins`, without trailing slashes.
 */
export function origins(fallback: string, help: string) {
  const expected =
    'one or more URLs like http://host:8001, separated by commas, or file:///path of a file with one per line';
  return z
    .string()
    .transform((value) => value.split(',').map((origin) => URL.parse(origin.trim())))
    .refine((list) => list.every((url) => url?.protocol === 'file:' || isOrigin(url)), {
      error: expected,
    })
    .transform((list) =>
      list.map((url) => (url?.protocol === 'file:' ? url.href : (url?.origin ?? ''))),
    )
    .default([fallback])
    .register(metadata, { help });
}

/** The parsed settings. */
export type Config<T extends ConfigSchema> = Readonly<{ [K in keyof T]: z.output<T[K]> }>;

/**
 * Parses the settings from environment variables. An empty variable counts as not set. A secret can also come from a
 * file: `BOARD_PASSWORD_FILE` names one that contains the value of `BOARD_PASSWORD`, as Docker and Kubernetes mount it.
 * @throws {EnvError} listing all invalid variables
 */
export function readEnv<T extends ConfigSchema>(settings: T, env: NodeJS.ProcessEnv): Config<T> {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, schema] of Object.entries(settings)) {
    const { help, secret: isSecret = false } = metadata.get(schema) ?? { help: '' };
    const { value, problem } = isSecret ? readSecret(name, env) : { value: env[name] || undefined };
    if (problem !== undefined) {
      problems.push(`  ${name}_FILE (${help}): ${problem}`);
      continue;
    }
    const result = schema.safeParse(value);
    if (result.success) {
      config[name] = result.data;
      continue;
    }
    const actual = isSecret ? 'another value (hidden)' : quote(hidePasswords(value));
    const expected = result.error.issues[0]?.message;
    problems.push(`  ${name} (${help}): expected ${expected}, got ${actual}`);
  }
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 setting is' : `${problems.length} settings are`;
    throw new EnvError(`Invalid environment: ${count} wrong.\n${problems.join('\n')}`);
  }
  return Object.freeze(config) as Config<T>;
}

/** Reads a secret from its variable or its file. Editors end a file with a newline, which is not part of the secret. */
function readSecret(name: string, env: NodeJS.ProcessEnv): { value?: string; problem?: string } {
  const value = env[name];
  const file = env[`${name}_FILE`];
  if (!file) return value ? { value } : {};
  if (value) return { problem: `expected either this or ${name}, got both` };
  try {
    const content = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return content === ''
      ? { problem: `expected a secret in ${file}, got an empty file` }
      : { value: content };
  } catch (err) {
    return { problem: `expected a readable file, got ${(err as Error).message}` };
  }
}

/** Masks everything between `http://` and the last `@`, because a password may contain any character. */
function hidePasswords(value: string | undefined): string | undefined {
  return value?.replace(/^(https?:\/\/)?.*@/s, '$1***@');
}

/** Renders a value on one line. Unicode has two line breaks that JSON does not escape. */
const quote = (value = '') =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** Returns name, default and help text of each setting, for a table. */
export function describeSettings(settings: ConfigSchema) {
  return Object.entries(settings).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined).data as string | number | string[] | undefined;
    return {
      name,
      fallback: fallback === undefined ? '' : String(fallback),
      help: metadata.get(schema)?.help ?? '',
    };
  });
}
