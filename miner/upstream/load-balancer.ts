/**
 * Client-side load balancing: finds the replicas behind one or more origins and uses them in turn.
 * @module
 */
import { lookup as lookupName } from 'node:dns/promises';
import type { Replica } from '@dockercoins/common/reports';
import type { Logger } from '@dockercoins/common/log/log';
import { readOrigins } from '@dockercoins/common/service/origins';
import { WarnOnce } from '@dockercoins/common/log/warn-once';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { MAX_AGE_MS, Rotation, type Tried } from './rotation.ts';

/** The address of one replica. */
export interface Endpoint {
  /** The origin from the settings, for messages: `http://rng` */
  origin: string;
  /** The origin to send requests to: `http://172.18.0.5` */
  address: string;
  /** The value of the `Host` header. */
  host: string;
}

/** One replica, with its circuit breaker. */
export interface Target extends Endpoint {
  circuit: CircuitBreaker;
  /** What its responses said about it, and when the latest came (`performance.now()`); undefined if it has not given its name. */
  seen?: { replica: Replica; at: number };
}

/** Resolves to the addresses of a name, in any order. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>;

/**
 * Round robin over all addresses of all origins. With plain keep-alive, every request would go to the replica that
 * responded first.
 *
 * The addresses are sorted, because a name server returns them in a different order each time. Only in a fixed order do
 * ten miners fall into step, so that none of them waits while an rng is idle. Lookups run in the background; only the first
 * one delays a request.
 */
export class LoadBalancer implements Disposable {
  readonly #origins: readonly string[];
  readonly #createBreaker: (endpoint: Endpoint) => CircuitBreaker;
  readonly #outage: WarnOnce;
  readonly #lookup: Lookup;
  /** The latest result for each origin. */
  #resolved = new Map<string, Endpoint[]>();
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;
  /** The replicas found so far. */
  readonly rotation = new Rotation<Target>(Math.floor(Math.random() * 1000));

  constructor(
    origins: readonly string[],
    createBreaker: (endpoint: Endpoint) => CircuitBreaker,
    log: Logger,
    lookup: Lookup = lookupAll,
  ) {
    this.#origins = origins;
    this.#createBreaker = createBreaker;
    this.#outage = new WarnOnce(log, `using the replicas found before in ${origins.join(', ')}`);
    this.#lookup = lookup;
  }

  /**
   * Returns the next target, as `Rotation` says.
   * @throws {Error} if no name has ever been resolved, or a file lists no replicas
   */
  async next(tried: Tried<Target>): Promise<Target | undefined> {
    if (this.rotation.targets.length === 0) await this.#refresh();
    else if (performance.now() - this.#refreshedAt > MAX_AGE_MS) void this.#refresh();
    return this.rotation.next(tried);
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#resolveAll().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /**
   * If a lookup fails, or a file lists nothing or only names that do not resolve, the addresses found before stay in use.
   * @throws {Error} if none were found before
   */
  async #resolveAll(): Promise<void> {
    this.#refreshedAt = performance.now();
    const failure = await this.#lookUpAll().catch((err: unknown) => err); // an unreadable or empty file
    this.#replaceTargets([...this.#resolved.values()].flat());
    if (this.rotation.targets.length === 0) throw failure;
    if (failure === undefined) this.#outage.recovered();
    else this.#outage.warn(failure);
  }

  /** Resolves to why a name could not be looked up, or to undefined if all could be. */
  async #lookUpAll(): Promise<unknown> {
    const origins = await readOrigins(this.#origins);
    const results = await Promise.allSettled(
      origins.map((origin) => this.#resolve(new URL(origin))),
    );
    const endpoints = results.map((result, n) =>
      result.status === 'fulfilled' ? result.value : (this.#resolved.get(origins[n] ?? '') ?? []),
    );
    if (endpoints.some((found) => found.length > 0)) {
      this.#resolved = new Map(origins.map((origin, n) => [origin, endpoints[n] ?? []]));
    }
    return results.find((result) => result.status === 'rejected')?.reason;
  }

  /** Keeps the targets that are known already, with their circuits. */
  #replaceTargets(endpoints: Endpoint[]): void {
    const before = this.rotation.targets;
    const targets = endpoints.map(
      (endpoint) =>
        before.find(
          ({ origin, address }) => origin === endpoint.origin && address === endpoint.address,
        ) ?? { ...endpoint, circuit: this.#createBreaker(endpoint) },
    );
    this.rotation.targets = targets;
    for (const target of before) {
      if (!targets.includes(target)) target.circuit[Symbol.dispose]();
    }
  }

  async #resolve(url: URL): Promise<Endpoint[]> {
    const { origin, host, hostname, port, protocol } = url;
    // A certificate is issued for the name, so the request must use it.
    if (protocol === 'https:') return [{ origin, address: origin, host }];
    const found = await this.#lookup(hostname.replace(/^\[|\]$/g, ''));
    if (found.length === 0) throw new Error(`${hostname} has no address`);
    // A replica with addresses of both families is one replica.
    const family = found.some((it) => it.family === 4) ? 4 : 6;
    const addresses = found.filter((it) => it.family === family).map(({ address }) => address);
    return [...new Set(addresses)].sort().map((address) => {
      const bracketed = family === 6 ? `[${address}]` : address;
      return { origin, address: `http://${bracketed}${port && `:${port}`}`, host };
    });
  }

  [Symbol.dispose](): void {
    for (const { circuit } of this.rotation.targets) circuit[Symbol.dispose]();
  }
}

const lookupAll: Lookup = (hostname) => lookupName(hostname, { all: true });
