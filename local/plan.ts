/**
 * Which processes make up the stack, and what each is told.
 * @module
 */
import type { LocalOptions, Service } from './args.ts';

/** One process of the stack. */
export interface Part {
  service: Service;
  /** For instance miner-3; also its `INSTANCE`. */
  name: string;
  /** The TypeScript file to run. */
  entry: string;
  env: Record<string, string>;
  adminPort: number;
  /** Where it serves, if it does. */
  port?: number;
}

export interface PlanContext {
  options: LocalOptions;
  redisUrl: string;
  /** Settings that all parts get. */
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

/** The first replica of a service has the well-known port, the others the next free ones from ten further up. */
export async function planStack({
  options,
  redisUrl,
  env: common,
  freePort,
  listenHost,
}: PlanContext): Promise<Part[]> {
  const plan = async (service: Service, port?: number, env: Record<string, string> = {}) => {
    const parts: Part[] = [];
    for (let n = 1; n <= options.scale[service]; n++) {
      const name = `${service}-${n}`;
      const adminPort = await freePort();
      const part: Part = { service, name, entry: entryOf(service), adminPort, env: {} };
      if (port !== undefined) part.port = n === 1 ? port : await freePort(preferredPort(port, n));
      part.env = {
        ...common,
        ...env,
        INSTANCE: name,
        REDIS_URL: redisUrl,
        LISTEN_HOST: listenHost,
        ADMIN_PORT: String(adminPort),
        ...(part.port === undefined ? {} : { PORT: String(part.port) }),
      };
      parts.push(part);
    }
    return parts;
  };
  const originsOf = (parts: Part[]) =>
    parts.map(({ port }) => `http://127.0.0.1:${port}`).join(',');

  const { ports } = options;
  const rng = await plan('rng', ports.rng || (await freePort()));
  const hasher = await plan('hasher', ports.hasher || (await freePort()));
  const dashboard = await plan('dashboard', ports.dashboard || (await freePort()));
  const producer = await plan('producer');
  const miner = await plan('miner', undefined, {
    RNG_URL: originsOf(rng),
    HASHER_URL: originsOf(hasher),
  });
  return [...rng, ...hasher, ...producer, ...miner, ...dashboard];
}
