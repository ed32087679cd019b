/**
 * Redis on virtual time: the queues and everything else that the services keep there.
 * @module
 */
import type { Coin } from '@dockercoins/common/reports';
import { Thread, type Machine } from './cpu.ts';
import type { Engine } from './engine.ts';
import { madeUpHash } from './made-up-hash.ts';
import type { VirtualQueue } from './queue.ts';

/** Length of the list of the newest coins, as in `miner/coin.ts`. */
const NEWEST_COINS = 20;

export class Redis {
  readonly queues: readonly VirtualQueue[];
  readonly thread: Thread;
  /** The classic counter. */
  hashes = 0;
  /** Number of coins in the wallet. */
  coins = 0;
  newestCoins: Coin[] = [];
  /** The producer that holds the lease, and until when. */
  lease: { holder: object; name: string; expiresAt: number } | undefined;
  readonly #engine: Engine;
  readonly #cpuMs: number;
  #isReachable = true;
  #waiting: (() => void)[] = [];

  /** @param cpuMs CPU time of one loop */
  constructor(engine: Engine, machine: Machine, queues: readonly VirtualQueue[], cpuMs: number) {
    this.#engine = engine;
    this.#cpuMs = cpuMs;
    this.thread = new Thread(machine);
    this.queues = queues;
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  set isReachable(isReachable: boolean) {
    this.#isReachable = isReachable;
    for (const queue of this.queues) queue.setReachable(isReachable);
    if (!isReachable) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const action of waiting) action();
  }

  /** The connection of the workers: what is sent while Redis is unreachable is sent later. */
  whenReachable(action: () => void): void {
    if (this.#isReachable) action();
    else this.#waiting.push(action);
  }

  /** As `whenReachable`, with the CPU time of a whole loop. */
  send(action: () => void): void {
    if (this.#isReachable) this.thread.use(this.#cpuMs, action);
    else this.#waiting.push(action);
  }

  /** Takes the lease if it is free, and renews it if it is the holder's own. Returns true if it is now. */
  holdLease(holder: object, name: string, ttlMs: number): boolean {
    const { now } = this.#engine;
    const isFree = this.lease === undefined || this.lease.expiresAt <= now;
    if (!isFree && this.lease?.holder !== holder) return false;
    this.lease = { holder, name, expiresAt: now + ttlMs };
    return true;
  }

  releaseLease(holder: object): void {
    if (this.lease?.holder === holder) this.lease = undefined;
  }

  /**
   * Puts a coin into the wallet, and returns it (64 hex digits).
   * @param miner name of the miner that found it
   */
  store(miner: string, job: NonNullable<Coin['job']>): string {
    this.coins++;
    const hash = madeUpHash(0, this.coins);
    this.newestCoins = [
      { hash, at: this.#engine.now, miner, job },
      ...this.newestCoins.slice(0, NEWEST_COINS - 1),
    ];
    return hash;
  }
}
