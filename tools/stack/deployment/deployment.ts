/**
 * A running stack that can be scaled, signaled, and measured: processes of `npm start`, or containers of Docker Compose.
 * @module
 */
import type { Service } from '../../../local/args.ts';

/** One running process or container. */
export interface Replica {
  /** Its service, for example miner. */
  service: string;
  /** The name by which it reports and logs, for example miner-3. */
  name: string;
  /** What a person passes to `kill` or `docker kill`: a process id, or the name of a container. */
  id: string;
}

/** How many replicas to run. Services that are not named stay as they are. */
export type Scale = Partial<Record<Service, number>>;

/** Settings by name, as in docs/settings.md. */
export type Settings = Record<string, string>;

/** What a person types to do what a deployment does. */
export interface Commands {
  start: (plan: StackPlan) => string;
  stop: string;
  scale: (replicas: Scale, settings?: Settings) => string;
  /** Lists the replicas. */
  list: string;
  logs: (service: string, lines: number) => string;
  signal: (replica: Pick<Replica, 'id'>, signal: NodeJS.Signals) => string;
}

export interface Deployment extends AsyncDisposable {
  kind: 'processes' | 'compose';
  /** Where this machine reaches the services, for example http://127.0.0.1:8000. */
  origins: { dashboard: string; rng: string; hasher: string };
  /** Where this machine reaches Redis. */
  redisUrl: string;
  /** Used if the URL contains none. */
  redisPassword?: string | undefined;
  /** What a person types for the same. */
  commands: Commands;
  /** Resolves to all running replicas. */
  replicas: () => Promise<Replica[]>;
  /**
   * Adds or removes replicas until there are this many of each named service, and resolves when that is done. Those that keep
   * running are not touched.
   * @param settings for the replicas that it adds
   * @throws {Error} if that is not possible; the message says why
   */
  scale: (replicas: Scale, settings?: Settings) => Promise<void>;
  /**
   * Sends a signal to a replica. A process that was killed is restarted within a second; a container stays down until `scale`
   * starts it again, because `docker kill` counts as a stop by its user.
   * @throws {Error} if the replica no longer runs
   */
  signal: (replica: Replica, signal: NodeJS.Signals) => Promise<void>;
  /** Resolves to the latest lines that each replica of a service has logged, oldest first. */
  logs: (service: Service, lines: number) => Promise<string[]>;
  /** Stops the stack if it was started here, and leaves nothing behind; closes all connections of ours. */
  [Symbol.asyncDispose]: () => Promise<void>;
}

/** What to start. */
export interface StackPlan {
  scale: Scale;
  /** Without delays: `npm start -- --fast`, compose.fast.yaml. */
  fast: boolean;
  settings: Settings;
}
