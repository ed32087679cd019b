/**
 * The replicas behind one or several origins, used in turn.
 * @module
 */
import { lookup as lookupName } from 'node:dns/promises';
import type { CircuitBreaker } from './circuit-breaker.ts';

/** Where a replica is. */
export interface Endpoint {
  /** The origin it was found under, for people: http://rng */
  origin: string;
  /** The origin to send requests to: http://172.18.0.5 */
  address: string;
  /** The value of the `Host` header. */
  host: string;
}

/** One replica. */
export interface Target extends Endpoint {
  circuit: CircuitBreaker;
}

/** The addresses of a name, in any order. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>;

/** Anything that knows which balancer a request has been sent to. */
type Tried = Pick<ReadonlyMap<Target, unknown>, 'has'>;

/** How long resolved addresses are cached. A new replica gets its share after that. */
const MAX_AGE_MS = 2000;

/**
 * Uses all addresses of all origins in turn. With plain keep-alive, all requests would stay with the first replica
 * that answered.
 *
 * The addresses are sorted because a name server returns them in a different order each time. Only a fixed order
 * lets ten miners fall into step, so that none of them waits while an rng is idle. Lookups run in the background;
 * only the first one delays a request.
 */
export class LoadBalancer implements Disposable {
  readonly #origins: readonly URL[];
  readonly #createBreaker: (place: Endpoint) => CircuitBreaker;
  readonly #lookup: Lookup;
  /** The latest result for each origin. */
  readonly #found = new Map<URL, Endpoint[]>();
  #targets: Target[] = [];
  #lookedUpAt = -Infinity;
  #refreshing: Promise<void> | undefined;
  #turn = Math.floor(Math.random() * 1000);

  /** Starts with a random target, so that not all miners start with the same one. */
  constructor(
    origins: readonly string[],
    createBreaker: (place: Endpoint) => CircuitBreaker,
    lookup: Lookup = lookupAll,
  ) {
    this.#origins = origins.map((origin) => new URL(origin));
    this.#createBreaker = createBreaker;
    this.#lookup = lookup;
  }

  /**
   * The next target with a closed circuit; one with an open circuit if no other is left; undefined if all were tried.
   * @throws {Error} if no name has ever been resolved
   */
  async next(tried: Tried): Promise<Target | undefined> {
    if (this.#targets.length === 0) await this.#refresh();
    else if (performance.now() - this.#lookedUpAt > MAX_AGE_MS) void this.#refresh();
    for (let n = this.#targets.length; n > 0; n--) {
      const target = this.#targets[this.#turn++ % this.#targets.length] as Target;
      if (isUsable(target, tried)) return target;
    }
    return this.#targets.find((target) => !tried.has(target));
  }

  /** Returns true if a request could be repeated at another target with a closed circuit. */
  hasAnother(target: Target, tried: Tried): boolean {
    return this.#targets.some((other) => other !== target && isUsable(other, tried));
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#lookUp().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** If a lookup fails, the addresses found before stay in use. */
  async #lookUp(): Promise<void> {
    this.#lookedUpAt = performance.now();
    const lookups = await Promise.allSettled(
      this.#origins.map(async (url) => this.#found.set(url, await this.#expand(url))),
    );
    const before = this.#targets;
    this.#targets = this.#origins
      .flatMap((url) => this.#found.get(url) ?? [])
      .map(
        (place) =>
          before.find(
            ({ origin, address }) => origin === place.origin && address === place.address,
          ) ?? { ...place, circuit: this.#createBreaker(place) },
      );
    for (const target of before) {
      if (!this.#targets.includes(target)) target.circuit[Symbol.dispose]();
    }
    const failed = lookups.find((it) => it.status === 'rejected');
    if (this.#targets.length === 0) throw failed?.reason;
  }

  async #expand(url: URL): Promise<Endpoint[]> {
    const { origin, host, hostname, port, protocol } = url;
    // A certificate is issued for the name, so the request must use it.
    if (protocol === 'https:') return [{ origin, address: origin, host }];
    const found = await this.#lookup(hostname.replace(/^\[|\]$/g, ''));
    if (found.length === 0) throw new Error(`${hostname} has no address`);
    // A replica with addresses of both families is one replica.
    const family = found.some((it) => it.family === 4) ? 4 : 6;
    const addresses = found.filter((it) => it.family === family).map(({ address }) => address);
    return [...new Set(addresses)].sort().map((address) => {
      const at = family === 6 ? `[${address}]` : address;
      return { origin, address: `http://${at}${port && `:${port}`}`, host };
    });
  }

  [Symbol.dispose](): void {
    for (const { circuit } of this.#targets) circuit[Symbol.dispose]();
  }
}

const isUsable = (target: Target, tried: Tried) => !target.circuit.isOpen && !tried.has(target);

const lookupAll: Lookup = (hostname) => lookupName(hostname, { all: true });
