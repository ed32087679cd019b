/**
 * Which processes make up the stack, and what each is told.
 * @module
 */
import { hostOf } from './address.ts';
import type { Given, LocalOptions, Service } from './args.ts';

/** One process of the stack. */
export interface Instance {
  service: Service;
  /** For instance miner-3; also its `INSTANCE`, behind the one that is given. */
  name: string;
  /** The TypeScript file to run. */
  entry: string;
  env: Record<string, string>;
  adminPort: number;
  /** Where it serves, if it does. */
  port?: number;
}

/** Settings that name or place processes; without them, each gets a name and ports of its own. */
export interface Placement extends Given {
  /** Prefix of all names. */
  INSTANCE?: string;
  /** Of the first process; the others count up from it. */
  ADMIN_PORT?: number;
}

export interface PlanContext {
  options: LocalOptions;
  given?: Placement;
  redisUrl: string;
  /** Settings that all instances get. */
  env: Record<string, string>;
  /** Gives a port that nobody uses, `preferred` if that is free. */
  freePort: (preferred?: number) => Promise<number>;
  listenHost: string;
}

const entryOf = (service: Service) =>
  service === 'dashboard' ? 'dashboard/server/main.ts' : `${service}/main.ts`;

/** Ten further up for each replica; undefined (any port) where there are none. */
function preferredPort(first: number, n: number): number | undefined {
  const port = first + 10 * (n - 1);
  return port <= 65_535 ? port : undefined;
}

/**
 * The first replica of a service has the well-known port, the others the next free ones from ten further up.
 * @throws {Error} if a port that `ADMIN_PORT` asks for is taken
 */
export async function planStack({
  options: { scale, ports },
  given = {},
  redisUrl,
  env: common,
  freePort,
  listenHost,
}: PlanContext): Promise<Instance[]> {
  let nextAdminPort = given.ADMIN_PORT ?? 0;
  const adminPortOf = async (name: string) => {
    if (nextAdminPort === 0) return freePort();
    const port = nextAdminPort++;
    const isFree = port <= 65_535 && !Object.values(ports).includes(port);
    if (isFree && (await freePort(port)) === port) return port;
    throw new Error(`ADMIN_PORT=${given.ADMIN_PORT}: ${name} would get ${port}, which is taken`);
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
        INSTANCE: given.INSTANCE === undefined ? name : `${given.INSTANCE}-${name}`,
        REDIS_URL: redisUrl,
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
    RNG_URL: (given.RNG_URL ?? originsOf(rng)).join(','),
    HASHER_URL: (given.HASHER_URL ?? originsOf(hasher)).join(','),
  });
  const dashboard = await plan('dashboard', ports.dashboard || (await freePort()));
  return [...rng, ...hasher, ...producer, ...miner, ...dashboard];
}
