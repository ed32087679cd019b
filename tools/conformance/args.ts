/**
 * The arguments of `npm run conformance`.
 * @module
 */
import { parseRedisUrl } from '@dockercoins/common/redis-url';
import type { Addresses } from '../../local/control-app.ts';
import { option, parseOptions, wholeNumber, type Kind } from '../../local/options.ts';

const origin: Kind<string> = {
  expected: 'http://<host>[:<port>]',
  parse(text) {
    const url = URL.parse(text);
    return url?.protocol === 'http:' && url.href === `${url.origin}/` ? text : undefined;
  },
};

/** Inside the stack, there is neither a login nor TLS, and everything is in database 0. */
const redis: Kind<string> = {
  expected: 'redis://<host>[:<port>], or compose',
  parse(text) {
    const address = parseRedisUrl(text);
    const isPlain = address?.kind === 'server' && !address.tls && address.db === 0;
    return text === 'compose' || (isPlain && !text.includes('@')) ? text : undefined;
  },
};

/** The parts to check. */
const PARTS = {
  rng: option('URL', origin, 'such as http://localhost:8001; one replica'),
  hasher: option('URL', origin, 'such as http://localhost:8002'),
  redis: option(
    'URL',
    redis,
    'such as redis://localhost:6379; "compose" is the Redis of the Compose stack in this folder',
  ),
  dashboard: option('URL', origin, 'such as http://localhost:8000'),
};

export const OPTIONS = {
  ...PARTS,
  // With a shorter delay, the time that a request itself takes makes too much of a difference.
  delay: option('MS', wholeNumber(20, 10_000, 'milliseconds'), 'delay of rng and hasher', 100),
};

/** Origins; of Redis, a URL or `compose`. */
export type Parts = Partial<Record<keyof typeof PARTS, string | undefined>>;

/** @throws {ArgumentError} */
export function parseConformanceArgs(args: string[]): { parts: Parts; delayMs: number } {
  const { delay, ...parts } = parseOptions(OPTIONS, args);
  return { parts, delayMs: delay };
}

/** Returns the parts of the stack with these addresses. A Redis is left out that needs more than an address. */
export function partsAt({ redisUrl, redisPassword, ...origins }: Addresses): Parts {
  return { ...origins, redis: redisPassword === undefined ? redis.parse(redisUrl) : undefined };
}
