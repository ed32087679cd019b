/**
 * Which processes make up the stack, and the environment of each.
 * @module
 */
import type { RedisConfig } from '@dockercoins/common/redis';
import { hostOf } from './address.ts';
import type { LocalOptions, Service } from './args.ts';
import type { Overrides } from './config.ts';

/** One process of the stack: a replica of a service. */
export interface Instance {
  service: Service;
  /** For example miner-3. */
  name: string;
  /** The TypeScript file to run. */
  entry: string;
  env: Record<string, string>;
  adminPort: number;
  /** Port of its HTTP server; producers and miners have none. */
  port?: number;
}

export interface PlanContext {
  options: LocalOptions;
  overrides?: Overrides;
  redis: RedisConfig;
  /** Environment of all instances. */
  env: Record<string, string>;
  /** Resolves to a free port: `preferred` if that is free. */
  freePort: (preferred?: number) => Promise<number>;
  listenHost: string;
}

/** Both are passed as values: a value and a file for the same setting would be an error. */
const NO_FILES = { REDIS_URL_FILE: '', REDIS_PASSWORD_FILE: '' };

const entryOf = (service: Service) =>
  service === 'dashboard' ? 'dashboard/server/main.ts' : `${service}/main.ts`;

/** Replicas are 10 ports apart. Returns undefined (any port) beyond the last port. */
function preferredPort(first: number, n: number): number | undefined {
  const port = first + 10 * (n - 1);
  return port <= 65_535 ? port : undefined;
}

/**
 * Plans one instance for each replica. The first replica of a service gets the well-known port; each further one a
 * port that is 10 higher, or any free port if that is in use.
 * @throws {Error} if `ADMIN_PORT` is set and one of the consecutive ports is not available
 */
export async function planStack({
  options: { scale, ports },
  overrides = {},
  redis,
  env: common,
  freePort,
  listenHost,
}: PlanContext): Promise<Instance[]> {
  let nextAdminPort = overrides.ADMIN_PORT ?? 0;
  const adminPortOf = async (name: string) => {
    if (nextAdminPort === 0) return freePort();
    const port = nextAdminPort++;
    const isFree = port <= 65_535 && !Object.values(ports).includes(port);
    if (isFree && (await freePort(port)) === port) return port;
    throw new Error(
      `ADMIN_PORT=${overrides.ADMIN_PORT}: ${name} would get port ${port}, which is not available; choose another first port`,
    );
  };
  const plan = async (service: Service, port?: number, env: Record<string, string> = {}) => {
    const instances: Instance[] = [];
    for (let n = 1; n <= scale[service]; n++) {
      const name = `${service}-${n}`;
      const adminPort = await adminPortOf(name);
      const instance: Instance = { service, name, entry: entryOf(service), adminPort, env: {} };
      if (port !== undefined)
        instance.port = n === 1 ? port : await freePort(preferredPort(port, n));
      instance.env = {
        ...common,
        ...env,
        INSTANCE: overrides.INSTANCE === undefined ? name : `${overrides.INSTANCE}-${name}`,
        REDIS_URL: redis.REDIS_URL,
        REDIS_PASSWORD: redis.REDIS_PASSWORD ?? '',
        ...NO_FILES,
        LISTEN_HOST: listenHost,
        ADMIN_PORT: String(adminPort),
        ...(instance.port === undefined ? {} : { PORT: String(instance.port) }),
      };
      instances.push(instance);
    }
    return instances;
  };
  const originsOf = (instances: Instance[]) =>
    instances.map(({ port }) => `http://${hostOf(listenHost)}:${port}`);

  const rng = await plan('rng', ports.rng || (await freePort()));
  const hasher = await plan('hasher', ports.hasher || (await freePort()));
  const producer = await plan('producer');
  const miner = await plan('miner', undefined, {
    RNG_URL: (overrides.RNG_URL ?? originsOf(rng)).join(','),
    HASHER_URL: (overrides.HASHER_URL ?? originsOf(hasher)).join(','),
  });
  const dashboard = await plan('dashboard', ports.dashboard || (await freePort()));
  return [...rng, ...hasher, ...producer, ...miner, ...dashboard];
}
