/**
 * The arguments of `npm run conformance`.
 * @module
 */
import { parseArgs } from 'node:util';
import { parseRedisUrl } from '@dockercoins/common/redis-url';
import { ArgumentError } from '../../local/args.ts';

export const USAGE = `npm run conformance -- [options]

Checks parts of DockerCoins from outside, whoever wrote them, against docs/contract.md.

  --rng URL         such as http://localhost:8001; one replica
  --hasher URL      such as http://localhost:8002
  --redis URL       such as redis://localhost:6379; "compose" is the Redis of the Compose stack in this folder
  --dashboard URL   such as http://localhost:8000
  --delay MS        the delay of rng and hasher (100)
  --help            show this text

Exit status: 0 if no check failed, 1 if one did, 2 if the arguments are wrong.
`;

export interface ConformanceOptions {
  /** Origins. */
  rng?: string;
  hasher?: string;
  dashboard?: string;
  /** A URL, or `compose`. */
  redis?: string;
  delayMs: number;
}

/** With a shorter delay, the time that a request itself takes makes too much of a difference. */
const SHORTEST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 10_000;

/** Returns undefined if the user asks for help. @throws {ArgumentError} */
export function parseConformanceArgs(args: string[]): ConformanceOptions | undefined {
  const { help, delay, ...parts } = parse(args);
  if (help) return undefined;
  const problems = Object.entries(parts).flatMap(([name, url]) => {
    const [isRight, form] =
      name === 'redis' ? [isRedis(url), REDIS_FORM] : [isOrigin(url), ORIGIN_FORM];
    return isRight ? [] : [`--${name} ${url}: expected ${form}`];
  });
  const delayMs = /^\d{1,5}$/.test(delay) ? Number(delay) : NaN;
  if (!(delayMs >= SHORTEST_DELAY_MS && delayMs <= LONGEST_DELAY_MS)) {
    problems.push(
      `--delay ${delay}: expected milliseconds from ${SHORTEST_DELAY_MS} to ${LONGEST_DELAY_MS}`,
    );
  }
  if (Object.keys(parts).length === 0) {
    problems.push(
      'no part was given: expected at least one of --rng, --hasher, --redis, --dashboard',
    );
  }
  if (problems.length > 0) throw new ArgumentError(problems.join('\n'));
  return { ...parts, delayMs };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rng: { type: 'string' },
        hasher: { type: 'string' },
        redis: { type: 'string' },
        dashboard: { type: 'string' },
        delay: { type: 'string', default: '100' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (err) {
    throw new ArgumentError((err as Error).message);
  }
}

const ORIGIN_FORM = 'http://<host>[:<port>]';
const REDIS_FORM = 'redis://<host>[:<port>], or compose';

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && url.href === `${url.origin}/`;
}

/** Inside the stack, there is neither a login nor TLS, and everything is in database 0. */
function isRedis(text: string): boolean {
  if (text === 'compose') return true;
  const address = parseRedisUrl(text);
  return address?.kind === 'server' && !address.tls && address.db === 0 && !text.includes('@');
}
