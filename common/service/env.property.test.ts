import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { Redis } from 'ioredis';
import { describe, expect } from 'vitest';
import { configSchema as local, serviceSchemas } from '../../local/config.ts';
import { EnvError, origins, readEnv, redisUrl, type ConfigSchema } from './env.ts';

const pieces = fc.constantFrom(
  ...['http', 'https', 'redis', 'rediss', '://', '//', ':', '@', '/', '?', '#', ',', '[::1]', '.'],
  ...['rng', 'user', '%', '%zz', '%ff', '%41', '0', '8001', '99999', ' ', '\n', 'ü', '-', '='],
  '\\',
);
const redisUrls = fc
  .tuple(fc.constantFrom('redis://', 'rediss://u:'), fc.array(pieces, { maxLength: 4 }))
  .map(([scheme, rest]) => `${scheme}${rest.join('')}`);
const values = fc.oneof(
  redisUrls,
  fc.string({ unit: 'binary' }),
  fc.array(pieces, { maxLength: 12 }).map((chosen) => chosen.join('')),
  fc.oneof(fc.integer(), fc.double(), fc.bigInt()).map(String),
  fc.constantFrom('007', '1e3', '0x10', 'json', 'JSON', 'info', 'toString', '__proto__', 'true'),
);

/** An environment that sets up to two of these variables. */
const anyEnv = (settings: ConfigSchema) =>
  fc.dictionary(fc.constantFrom(...Object.keys(settings)), values, { maxKeys: 2 });

function isUsable(name: string, value: unknown): boolean {
  if (typeof value === 'number') {
    const isWhole = Number.isInteger(value) || /_(RATE|FACTOR|ARG)$/.test(name);
    return isWhole && value >= 0 && value <= 3_600_000;
  }
  if (/_URL$/.test(name) && Array.isArray(value)) {
    return value.length > 0 && value.every((origin: string) => new URL(origin).origin === origin);
  }
  if (name === 'REDIS_URL' && value !== undefined) {
    return Number.isInteger(new Redis(value as string, { lazyConnect: true }).options.db);
  }
  if (name === 'INSTANCE') return new Headers({ name: value as string }).get('name') === value;
  return true;
}

describe.each(Object.entries({ ...serviceSchemas, local }))(
  '%s in any environment',
  (_service, settings: ConfigSchema) => {
    test.prop([anyEnv(settings)])('has usable settings or reports the invalid ones', (env) => {
      try {
        const config = readEnv(settings, env);
        for (const [name, value] of Object.entries(config)) {
          expect(value, name).toSatisfy((setting) => isUsable(name, setting));
        }
      } catch (err) {
        expect(err).toBeInstanceOf(EnvError);
        expect((err as Error).message).toMatch(/^Invalid environment: /);
        for (const line of (err as Error).message.split('\n').slice(1)) {
          expect(line).toMatch(/^ {2}[A-Z_]+ \(.+\): expected \w.+, got .+$/);
        }
      }
    });
  },
);

/** Starts with text that occurs nowhere else in a message. */
const password = fc.string().map((rest) => `s€cret${rest}`);

describe('an error never contains the password', () => {
  test.prop([password, fc.constantFrom('http://', 'https://u:', 'u:', ' http://u:', 'ftp://u:')])(
    'of an invalid rng URL',
    (secret, prefix) => {
      const env = { RNG_URL: `${prefix}${secret}@h:1` };
      const reading = () => readEnv({ RNG_URL: origins('http://rng', 'help') }, env);
      expect(reading).toThrow(EnvError);
      expect(reading).not.toThrow('s€cret');
    },
  );

  test.prop([password, fc.constantFrom('http://u:', 'u:', 'redis//', ' ')])(
    'of an invalid Redis URL',
    (secret, prefix) => {
      const env = { REDIS_URL: `${prefix}${secret}@h:1` };
      const reading = () => readEnv({ REDIS_URL: redisUrl('redis://redis', 'help') }, env);
      expect(reading).toThrow(EnvError);
      expect(reading).not.toThrow('s€cret');
    },
  );
});
