/**
 * The replicas behind one or several origins, used in turn.
 * @module
 */
import { lookup as lookupName } from 'node:dns/promises';

/** One replica. */
export interface Target {
  /** The origin that it was found under, for people: http://rng */
  origin: string;
  /** The origin to ask: http://172.18.0.5 */
  address: string;
  /** What goes into the header `Host`. */
  host: string;
}

/** A name's addresses, in any order. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>;

/** So long the addresses of a name count as known (ms). A replica that starts gets its share after that. */
const MAX_AGE_MS = 2000;

/**
 * Takes all addresses of all origins in turn. With plain keep-alive, all requests would stay with the
 * first replica that answered.
 *
 * The addresses are sorted, because a name server answers in another order each time: only a turn
 * that stays the same lets ten miners fall into step, so that none of them waits while an rng is
 * idle. They are looked up beside the requests, not before them.
 */
export class Targets {
  readonly #origins: readonly URL[];
  readonly #lookup: Lookup;
  /** What was found last under each origin. */
  readonly #found = new Map<URL, Target[]>();
  #targets: Target[] = [];
  #lookedUpAt = -Infinity;
  #turn = Math.floor(Math.random() * 1000);

  /** Begins with a target chosen by chance, lest all miners begin with the same. */
  constructor(origins: readonly string[], lookup: Lookup = lookupAll) {
    this.#origins = origins.map((origin) => new URL(origin));
    this.#lookup = lookup;
  }

  /** @throws {Error} where no name was ever found */
  async next(): Promise<Target> {
    if (this.#targets.length === 0) await this.#refresh();
    else if (Date.now() - this.#lookedUpAt > MAX_AGE_MS) void this.#refresh();
    return this.#targets[this.#turn++ % this.#targets.length] as Target;
  }

  /** Where a name server is away or does not know one of the names, those that are known serve on. */
  async #refresh(): Promise<void> {
    this.#lookedUpAt = Date.now();
    const lookups = await Promise.allSettled(
      this.#origins.map(async (url) => this.#found.set(url, await this.#expand(url))),
    );
    this.#targets = this.#origins.flatMap((url) => this.#found.get(url) ?? []);
    const failed = lookups.find((it) => it.status === 'rejected');
    if (this.#targets.length === 0) throw failed?.reason;
  }

  async #expand(url: URL): Promise<Target[]> {
    const { origin, host, hostname, port, protocol } = url;
    // A certificate is for the name, so that has to be asked.
    if (protocol === 'https:') return [{ origin, address: origin, host }];
    const found = await this.#lookup(hostname.replace(/^\[|\]$/g, ''));
    if (found.length === 0) throw new Error(`${hostname} has no address`);
    // A replica that has addresses of both families is one replica.
    const family = found.some((it) => it.family === 4) ? 4 : 6;
    const addresses = found.filter((it) => it.family === family).map(({ address }) => address);
    return [...new Set(addresses)].sort().map((address) => {
      const at = family === 6 ? `[${address}]` : address;
      return { origin, address: `http://${at}${port && `:${port}`}`, host };
    });
  }
}

const lookupAll: Lookup = (hostname) => lookupName(hostname, { all: true });
