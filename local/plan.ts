/**
 * How to run each replica of a service: its ports and environment.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clearLockedPorts } from 'get-port';
import type { RedisConfig } from '@dockercoins/common/queue/redis';
import { hostOf } from './address.ts';
import { SERVICES, type LocalOptions, type Scale, type Service } from './args.ts';
import type { Overrides } from './config.ts';
import { originsUrl } from './origins.ts';

/** One process of the stack: a replica of a service. */
export interface Instance {
  service: Service;
  /** Number among the replicas of the service, from 1. */
  n: number;
  /** For example miner-3. */
  name: string;
  /** The file to run. */
  entry: string;
  env: Record<string, string>;
  adminPort: number;
  /** Port and origin of its HTTP server; undefined for producers and miners. */
  port?: number;
  origin?: string;
}

export interface PlanContext {
  ports: LocalOptions['ports'];
  /** Folder of the files that list the replicas. */
  dir: string;
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

/** Returns the file to run for a service: its TypeScript source, or its bundle in `servicesDir`. */
export function entryOf(service: Service, servicesDir?: string): string {
  if (servicesDir !== undefined) return join(servicesDir, service, 'main.mjs');
  return service === 'dashboard' ? 'dashboard/server/main.ts' : `${service}/main.ts`;
}

/** @throws {Error} if `servicesDir` does not contain the bundle of each service */
export function checkBundles(servicesDir: string): void {
  for (const service of SERVICES) {
    const bundle = entryOf(service, servicesDir);
    if (!existsSync(bundle))
      throw new Error(`SERVICES_DIR: expected the folder of bundled services, found no ${bundle}`);
  }
}

/** Replicas are 10 ports apart. Returns undefined (any port) beyond the last port. */
function preferredPort(first: number, n: number): number | undefined {
  const port = first + 10 * (n - 1);
  return port <= 65_535 ? port : undefined;
}

/** Plans the replicas of the stack. A replica that is planned again keeps its admin port. */
export class Planner {
  readonly #context: PlanContext;
  readonly #adminPorts = new Map<string, number>();
  /** Port of the first replica of each service that has one. */
  readonly #firstPorts: Partial<Record<Service, number>>;

  constructor(context: PlanContext) {
    this.#context = context;
    this.#firstPorts = { ...context.ports };
  }

  /**
   * Plans the replicas that are missing. The first one of a service gets the well-known port; each further one a port that
   * is 10 higher, or any free port if that is in use.
   * @param existing how many replicas of each service there are; by default, none
   * @param settings environment of the new replicas, in addition to that of all
   * @throws {Error} if `ADMIN_PORT` is set and one of the consecutive ports is not available
   */
  async plan(
    scale: Partial<Scale>,
    existing: Partial<Scale> = {},
    settings: Record<string, string> = {},
  ): Promise<Instance[]> {
    // get-port gives out no port twice within 15 to 30 s (7.2, `releaseOldLockedPortsIntervalMs`). The replicas planned before
    // have used their ports by now; those that have stopped left them free for this plan.
    clearLockedPorts();
    const instances: Instance[] = [];
    for (const service of SERVICES) {
      for (let n = (existing[service] ?? 0) + 1; n <= (scale[service] ?? 0); n++) {
        instances.push(await this.#planReplica(service, n, settings));
      }
    }
    return instances;
  }

  async #planReplica(
    service: Service,
    n: number,
    settings: Record<string, string>,
  ): Promise<Instance> {
    const { overrides = {}, redis, env, listenHost, dir } = this.#context;
    const name = `${service}-${n}`;
    const adminPort = await this.#adminPortOf(name);
    const port = await this.#portOf(service, n);
    return {
      service,
      n,
      name,
      entry: entryOf(service, overrides.SERVICES_DIR),
      adminPort,
      ...(port === undefined ? {} : { port, origin: `http://${hostOf(listenHost)}:${port}` }),
      env: {
        ...env,
        ...(service === 'dashboard' && { STARTED_WITH: overrides.STARTED_WITH ?? 'npm' }),
        ...(service === 'miner' && {
          RNG_URL: overrides.RNG_URL?.join(',') ?? originsUrl(dir, 'rng'),
          HASHER_URL: overrides.HASHER_URL?.join(',') ?? originsUrl(dir, 'hasher'),
        }),
        ...settings,
        INSTANCE: overrides.INSTANCE === undefined ? name : `${overrides.INSTANCE}-${name}`,
        REDIS_URL: redis.REDIS_URL,
        REDIS_PASSWORD: redis.REDIS_PASSWORD ?? '',
        ...NO_FILES,
        LISTEN_HOST: listenHost,
        ADMIN_PORT: String(adminPort),
        ...(port === undefined ? {} : { PORT: String(port) }),
      },
    };
  }

  async #adminPortOf(name: string): Promise<number> {
    const { overrides: { ADMIN_PORT: first = 0 } = {}, ports, freePort } = this.#context;
    if (first === 0) return freePort();
    const known = this.#adminPorts.get(name);
    const port = known ?? first + this.#adminPorts.size;
    this.#adminPorts.set(name, port);
    const isFree = port <= 65_535 && !Object.values(ports).includes(port);
    if (isFree && (await freePort(port)) === port) return port;
    throw new Error(
      `ADMIN_PORT=${first}: ${name} would get port ${port}, which is not available; choose another first port`,
    );
  }

  async #portOf(service: Service, n: number): Promise<number | undefined> {
    const { freePort } = this.#context;
    if (this.#firstPorts[service] === undefined) return undefined;
    const first = (this.#firstPorts[service] ||= await freePort());
    return n === 1 ? first : freePort(preferredPort(first, n));
  }
}
