/**
 * The arguments of `npm start`.
 * @module
 */
import { parseArgs } from 'node:util';
import type { Overrides } from './config.ts';

export const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard'] as const;
export type Service = (typeof SERVICES)[number];

export interface LocalOptions {
  /** Replicas of each service. */
  scale: Record<Service, number>;
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

  --scale SERVICE=N   run N replicas, for example --scale miner=10 --scale rng=3
                      (services: ${SERVICES.join(', ')})
  --port SERVICE=N    change the port of dashboard (8000), rng (8001) or hasher (8002); 0 = any free port
  --fast              no delays: as many hashes per second as this machine can do
  --reset             start with empty data: no counts, coins or history
  --help              show this text and all settings
`;

const MAX_REPLICAS = 200;

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
  const scale = { rng: 1, hasher: 1, producer: 1, miner: 1, dashboard: 1 };
  const ports = { dashboard: overrides.PORT ?? 8000, rng: 8001, hasher: 8002 };
  for (const pair of scalePairs) assign(scale, '--scale', pair, MAX_REPLICAS);
  for (const pair of portPairs) assign(ports, '--port', pair, 65_535);
  if (scale.dashboard !== 1)
    throw new ArgumentError(`--scale dashboard=${scale.dashboard}: expected 1`);
  if (scale.rng === 0 && overrides.RNG_URL === undefined)
    throw new ArgumentError('--scale rng=0: expected at least 1, or RNG_URL to be set');
  if (scale.hasher === 0 && overrides.HASHER_URL === undefined)
    throw new ArgumentError('--scale hasher=0: expected at least 1, or HASHER_URL to be set');
  return { scale, ports, dev, fast, reset, help };
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
      `${option} ${pair}: expected SERVICE=N, where SERVICE is one of ${services}, and N is from 0 to ${max}`,
    );
  }
  target[service] = value;
}
