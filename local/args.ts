/**
 * The arguments of `npm start`.
 * @module
 */
import { parseArgs } from 'node:util';
import type { Overrides } from './config.ts';

export const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard'] as const;
export type Service = (typeof SERVICES)[number];

/** Number of replicas of each service. */
export type Scale = Record<Service, number>;

export interface LocalOptions {
  scale: Scale;
  /** Port of the first replica; 0 = any free port. */
  ports: Record<'dashboard' | 'rng' | 'hasher', number>;
  /** Restart services when their code changes; serve the page with hot reload. */
  dev: boolean;
  /** No delays, and high concurrency. */
  fast: boolean;
  /** Start with empty data. */
  reset: boolean;
  help: boolean;
}

export const USAGE = `npm start -- [options]

  --scale SERVICE=N   run N replicas, for example --scale miner=10 --scale hasher=2
                      (services: ${SERVICES.join(', ')})
  --port SERVICE=N    change the port of dashboard (8000), rng (8001) or hasher (8002); 0 = any free port
  --fast              no delays: as many hashes per second as this machine can do
  --reset             start with empty data: no counts, coins or history
  --help              show this text and all settings
`;

/** Of one service. */
export const MAX_REPLICAS = 200;

const ONE_OF_EACH: Scale = { rng: 1, hasher: 1, producer: 1, miner: 1, dashboard: 1 };

/** An invalid argument; the message names it and says what was expected. */
export class ArgumentError extends Error {
  override name = 'ArgumentError';
}

/**
 * Returns the parsed arguments. They take precedence over `overrides`.
 * @throws {ArgumentError}
 */
export function parseLocalArgs(args: string[], overrides: Overrides = {}): LocalOptions {
  const { scale: scalePairs, port: portPairs, dev, fast, reset, help } = parse(args);
  const scale = changeScale(ONE_OF_EACH, '--scale ', scalePairs, overrides);
  const ports = { dashboard: overrides.PORT ?? 8000, rng: 8001, hasher: 8002 };
  for (const pair of portPairs) assign(ports, '--port ', pair, 65_535);
  return { scale, ports, dev, fast, reset, help };
}

/**
 * Returns the scale after changes such as `miner=10`.
 * @param option what precedes each change in an error message
 * @throws {ArgumentError}
 */
export function changeScale(
  before: Scale,
  option: string,
  changes: string[],
  { RNG_URL, HASHER_URL }: Overrides,
): Scale {
  const scale = { ...before };
  for (const pair of changes) assign(scale, option, pair, MAX_REPLICAS);
  if (scale.dashboard !== 1)
    throw new ArgumentError(`${option}dashboard=${scale.dashboard}: expected 1`);
  if (scale.rng === 0 && RNG_URL === undefined)
    throw new ArgumentError(`${option}rng=0: expected at least 1, or RNG_URL to be set`);
  if (scale.hasher === 0 && HASHER_URL === undefined)
    throw new ArgumentError(`${option}hasher=0: expected at least 1, or HASHER_URL to be set`);
  return scale;
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        scale: { type: 'string', multiple: true, default: [] },
        port: { type: 'string', multiple: true, default: [] },
        dev: { type: 'boolean', default: false },
        fast: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (err) {
    throw new ArgumentError((err as Error).message);
  }
}

function assign(target: Record<string, number>, option: string, pair: string, max: number): void {
  const [, service = '', digits = ''] = /^(\w+)=(\d{1,6})$/.exec(pair) ?? [];
  const value = Number(digits);
  if (!Object.hasOwn(target, service) || value > max) {
    const services = Object.keys(target).join(', ');
    throw new ArgumentError(
      `${option}${pair}: expected SERVICE=N, where SERVICE is one of ${services}, and N is from 0 to ${max}`,
    );
  }
  target[service] = value;
}
