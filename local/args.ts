/**
 * The arguments of `npm start`.
 * @module
 */
import { parseArgs } from 'node:util';

export const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard'] as const;
export type Service = (typeof SERVICES)[number];

export interface LocalOptions {
  /** Replicas of each service. */
  scale: Record<Service, number>;
  /** Ports that a browser or httping uses; 0 = any free one. */
  ports: Record<'dashboard' | 'rng' | 'hasher', number>;
  /** Restart services on a change, serve the page with hot reload. */
  dev: boolean;
  /** Without delays, and as much at once as suits that. */
  fast: boolean;
  help: boolean;
}

/** What settings say where arguments say nothing. */
export interface Given {
  PORT?: number;
  RNG_URL?: string[];
  HASHER_URL?: string[];
}

export const USAGE = `npm start -- [options]

  --scale SERVICE=N   run N replicas, for instance --scale miner=10 --scale rng=3
                      (services: ${SERVICES.join(', ')})
  --port SERVICE=N    another port for dashboard (8000), rng (8001) or hasher (8002); 0 = any free port
  --fast              no delays: as many hashes per second as this machine can do
  --help              this text and all settings
`;

const MAX_REPLICAS = 200;

/** Arguments that are wrong, with what was expected. */
export class ArgumentError extends Error {
  override name = 'ArgumentError';
}

/** @throws {ArgumentError} that names the argument */
export function parseLocalArgs(args: string[], given: Given = {}): LocalOptions {
  const { scale, port, dev, fast, help } = parse(args);
  const options: LocalOptions = {
    scale: { rng: 1, hasher: 1, producer: 1, miner: 1, dashboard: 1 },
    ports: { dashboard: given.PORT ?? 8000, rng: 8001, hasher: 8002 },
    dev,
    fast,
    help,
  };
  for (const pair of scale) assign(options.scale, '--scale', pair, MAX_REPLICAS);
  for (const pair of port) assign(options.ports, '--port', pair, 65_535);
  if (options.scale.dashboard > 1)
    throw new ArgumentError('--scale dashboard: there is one, on one port');
  const { scale: replicas } = options;
  if (replicas.dashboard === 0)
    throw new ArgumentError('--scale dashboard=0: at least one is needed');
  if (replicas.rng === 0 && given.RNG_URL === undefined)
    throw new ArgumentError('--scale rng=0: at least one is needed, or RNG_URL');
  if (replicas.hasher === 0 && given.HASHER_URL === undefined)
    throw new ArgumentError('--scale hasher=0: at least one is needed, or HASHER_URL');
  return options;
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
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (err) {
    throw new ArgumentError((err as Error).message);
  }
}

function assign(target: Record<string, number>, option: string, pair: string, max: number): void {
  const [, name = '', digits = ''] = /^(\w+)=(\d{1,6})$/.exec(pair) ?? [];
  const value = Number(digits);
  if (!Object.hasOwn(target, name) || value > max) {
    const names = Object.keys(target).join(', ');
    throw new ArgumentError(
      `${option} ${pair}: expected SERVICE=N with a service of ${names} and N from 0 to ${max}`,
    );
  }
  target[name] = value;
}
