/**
 * The services as processes: any number of replicas of each, which can change while they run.
 * @module
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostOf } from './address.ts';
import { SERVICES, type LocalOptions, type Scale, type Service } from './args.ts';
import { stopWithSupervisor } from './stop-with-supervisor.ts';
import { DEREGISTRATION_MS, publishOrigins } from './origins.ts';
import type { Instance, Planner } from './plan.ts';
import { Supervised, type Spec } from './supervised.ts';

interface ReplicasOptions extends Pick<LocalOptions, 'dev' | 'fast'> {
  planner: Planner;
  /** Folder of the files that list the replicas, and of V8's compile cache. */
  dir: string;
  listenHost: string;
  print: (name: string, line: string) => void;
  /** Cancels a change of scale. */
  stopping: AbortSignal;
}

/** One replica. */
export interface Replica {
  instance: Instance;
  process: Supervised;
}

/** Each start takes 0.5 s of CPU time; if 200 instances started at once, none would be ready in time. */
const START_BATCH = 20;

/** The threads of a process share one malloc arena, which saves memory. */
const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };

/**
 * V8 flags for a service. With the usual delays, a young generation of 1 MiB saves 14 MiB per process at no cost in
 * speed. With `--fast`, that would cause constant garbage collection; 8 MiB is as fast as V8's default. It starts at
 * full size, because otherwise V8 would grow it over minutes, which looks like a leak. The limit on the old generation
 * makes V8 collect it earlier: a miner needs 143 MiB instead of 167 to 210 MiB, at the same speed.
 */
export const flagsOf = (fast: boolean) =>
  fast
    ? ['--min-semi-space-size=8', '--max-semi-space-size=8', '--max-old-space-size=512']
    : ['--max-semi-space-size=1'];

/** Services that miners call. They stop last, so that miners can finish their loops. */
const UPSTREAMS: readonly Service[] = ['rng', 'hasher'];

export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #replicas = new Map<string, Replica>();
  /** Changes that are not complete yet, in order. */
  readonly #changes = new Set<Partial<Scale>>();
  /** Settles when the latest change is complete. */
  #change: Promise<unknown> = Promise.resolve();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** Number of replicas of each service, after all changes in progress. */
  get scale(): Scale {
    return Object.assign(this.#counts(), ...this.#changes) as Scale;
  }

  /** Returns the replicas of these services, in order. */
  of(...services: readonly Service[]): Replica[] {
    return [...this.#replicas.values()]
      .filter(({ instance }) => services.includes(instance.service))
      .sort(({ instance: a }, { instance: b }) => orderOf(a) - orderOf(b) || a.n - b.n);
  }

  /**
   * Changes the number of replicas of some services, one change at a time. Resolves when all new ones are ready, and when
   * those with the highest numbers have finished their work and exited.
   * @param settings environment of the new replicas, in addition to that of all
   * @throws {Error} if a new replica does not become ready; then none of them is left running
   */
  async rescale(changes: Partial<Scale>, settings: Record<string, string> = {}): Promise<void> {
    this.#announce(changes);
    this.#changes.add(changes);
    const change = this.#change.then(async () => {
      await this.#remove(changes);
      await this.#add(changes, settings);
    });
    this.#change = change.catch(() => undefined).finally(() => this.#changes.delete(changes));
    await change;
  }

  /** Sends SIGTERM to all replicas, without waiting. */
  terminate(): void {
    for (const { process } of this.#replicas.values()) process.terminate();
  }

  /** Stops all replicas. To be called after `stopping` was aborted, or a change of scale would continue. */
  async stop(): Promise<void> {
    await this.#change;
    await this.#stop(this.of('producer', 'miner', 'dashboard'));
    await this.#stop(this.of(...UPSTREAMS));
  }

  async #add(changes: Partial<Scale>, settings: Record<string, string>): Promise<void> {
    const isFirst = this.#replicas.size === 0;
    const added: Replica[] = [];
    try {
      const instances = await this.#options.planner.plan(changes, this.#counts(), settings);
      added.push(...instances.map((instance) => this.#create(instance)));
      // Miners that start together with the first rng and hasher need their addresses; others must not call them yet.
      if (isFirst) this.#publish(added);
      const { stopping } = this.#options;
      for (let first = 0; first < added.length; first += START_BATCH) {
        const batch = added.slice(first, first + START_BATCH);
        await unlessAborted(Promise.all(batch.map(({ process }) => process.start())), stopping);
      }
      this.#publish(added);
    } catch (err) {
      await this.#stop(added);
      throw err;
    }
  }

  #announce(changes: Partial<Scale>): void {
    if (this.#replicas.size === 0) return; // the start itself
    const { scale } = this;
    for (const service of SERVICES) {
      const { [service]: before } = scale;
      const after = changes[service] ?? before;
      if (after !== before) this.#options.print('scale', `${service}: ${before} → ${after}`);
    }
  }

  #counts(): Scale {
    const counts = SERVICES.map((service) => [service, this.of(service).length]);
    return Object.fromEntries(counts) as Scale;
  }

  #create(instance: Instance): Replica {
    const { print, listenHost } = this.#options;
    const spec = specOf(instance, this.#options, listenHost);
    const process = new Supervised(spec, (line) => print(instance.name, line));
    const replica = { instance, process };
    this.#replicas.set(instance.name, replica);
    return replica;
  }

  async #remove(changes: Partial<Scale>): Promise<void> {
    const removed = this.of(...SERVICES).filter(
      ({ instance: { service, n } }) => n > (changes[service] ?? Infinity),
    );
    if (this.#publish(removed, removed)) {
      const { stopping: signal } = this.#options;
      await unlessAborted(sleep(DEREGISTRATION_MS, undefined, { signal }), signal);
    }
    await this.#stop(removed);
  }

  /**
   * Lists the replicas of each upstream that is among `changed`, except `hidden` ones.
   * @returns true if there is any
   */
  #publish(changed: readonly Replica[], hidden: readonly Replica[] = []): boolean {
    const services = UPSTREAMS.filter((it) =>
      changed.some(({ instance }) => instance.service === it),
    );
    for (const service of services) {
      const listed = this.of(service).filter((replica) => !hidden.includes(replica));
      const origins = listed.flatMap(({ instance: { origin } }) => origin ?? []);
      publishOrigins(this.#options.dir, service, origins);
    }
    return services.length > 0;
  }

  async #stop(replicas: readonly Replica[]): Promise<void> {
    await Promise.all(replicas.map(({ process }) => process.stop()));
    for (const { instance } of replicas) this.#replicas.delete(instance.name);
  }
}

const orderOf = ({ service }: Instance) => SERVICES.indexOf(service);

/** Returns how to run an instance; V8's compile cache is in `dir`. */
export function specOf(
  instance: Instance,
  { dir, dev, fast }: Pick<ReplicasOptions, 'dir' | 'dev' | 'fast'>,
  listenHost = '127.0.0.1',
): Spec {
  const node = [process.execPath, ...flagsOf(fast)];
  return {
    name: instance.name,
    // `node --watch` keeps running when its supervisor dies.
    command: dev
      ? stopWithSupervisor([...node, '--watch', instance.entry])
      : [...node, instance.entry],
    env: { ...ONE_ARENA, ...instance.env, NODE_COMPILE_CACHE: join(dir, 'compile-cache') },
    probe: () => probeHttp(`http://${hostOf(listenHost)}:${instance.adminPort}/readyz`),
  };
}

/** @throws {Error} if `signal` is aborted before `work` is done */
export async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const reject = () => aborted.reject(new Error('stopped before all services were ready'));
  signal.addEventListener('abort', reject);
  if (signal.aborted) reject();
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', reject);
  }
}

async function probeHttp(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok ? undefined : await response.text();
  } catch (err) {
    return `no response from ${url} (${(err as Error).message})`;
  }
}
