/**
 * The arguments of `npm start`.
 * @module
 */
import type { Overrides } from './config.ts';
import { ArgumentError, flag, parseOptions, repeatable, text } from './options.ts';

export const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard'] as const;
export type Service = (typeof SERVICES)[number];

/** Number of replicas of each service. */
export type Scale = Record<Service, number>;

export const OPTIONS = {
  scale: repeatable(
    'SERVICE=N',
    text,
    `run N replicas, for example --scale miner=10 --scale hasher=2\n(services: ${SERVICES.join(', ')})`,
  ),
  port: repeatable(
    'SERVICE=N',
    text,
    'change the port of dashboard (8000), rng (8001) or hasher (8002); 0 = any free port',
  ),
  fast: flag('no delays: as many hashes per second as this machine can do'),
  reset: flag('start with empty data: no counts, coins or history'),
  dev: flag('restart services and reload the page when their code changes: npm run dev'),
};

/** Of one service. */
export const MAX_REPLICAS = 200;

const ONE_OF_EACH: Scale = { rng: 1, hasher: 1, producer: 1, miner: 1, dashboard: 1 };

/**
 * Returns the parsed arguments; of `ports`, 0 is any free port. They take precedence over `overrides`.
 * @throws {ArgumentError}
 */
export function parseLocalArgs(args: string[], overrides: Overrides = {}) {
  const { scale, port, ...flags } = parseOptions(OPTIONS, args);
  const ports = { dashboard: overrides.PORT ?? 8000, rng: 8001, hasher: 8002 };
  for (const pair of port) assign(ports, '--port ', pair, 65_535);
  return { ...flags, ports, scale: changeScale(ONE_OF_EACH, '--scale ', scale, overrides) };
}

export type LocalOptions = ReturnType<typeof parseLocalArgs>;

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
