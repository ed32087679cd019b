/**
 * A producer on virtual time: `producer/producer.ts`, with the same rules.
 * @module
 */
import type { ProducerReport } from '@dockercoins/common/reports';
import { DUE_SOON_MS, Refill } from '../producer/refill.ts';
import { Thread, type Machine } from './cpu.ts';
import type { Engine } from './engine.ts';
import { Process } from './process.ts';
import type { VirtualQueue } from './queue.ts';
import type { Redis } from './redis.ts';
import type { Costs, Settings } from './settings.ts';

/** As in `producer/producer.ts` and `producer/main.ts`. */
const INTERVAL_MS = 100;
const STAND_ASIDE_MS = 1000;
const LEASE_MS = 2000;

export interface ProducerOptions {
  name: string;
  engine: Engine;
  machine: Machine;
  redis: Redis;
  settings: Settings;
  costs: Costs;
}

export class Producer {
  readonly name: string;
  readonly process: Process;
  readonly thread: Thread;
  readonly #options: ProducerOptions;
  readonly #refills: readonly Refill[];
  #wasLeader: boolean | undefined;
  #added = 0;
  #dropped = 0;

  constructor(options: ProducerOptions) {
    const { name, engine, machine, redis, settings } = options;
    this.name = name;
    this.#options = options;
    this.process = new Process(engine);
    this.thread = new Thread(machine);
    this.#refills = redis.queues.map(() => {
      const rate = settings.PRODUCER_RATE / redis.queues.length;
      return new Refill({ minimum: settings.PRODUCER_BACKLOG, rate });
    });
    this.#check();
  }

  kill(): void {
    this.process.kill();
  }

  freeze(): void {
    this.process.freeze();
  }

  thaw(): void {
    this.process.thaw();
  }

  /** A shutdown gives up the lease. */
  stop(): void {
    this.#options.redis.releaseLease(this);
    this.process.kill();
  }

  report(): ProducerReport {
    const { settings } = this.#options;
    const target = this.#refills.reduce((sum, refill) => sum + refill.target, 0);
    return {
      name: this.name,
      target: settings.PRODUCER_RATE === 0 ? target : null,
      dropped: this.#dropped,
      cpu: this.thread.share(),
    };
  }

  #check(): void {
    const { engine, redis } = this.#options;
    if (redis.isReachable) this.#refillIfLeader();
    const pause = redis.isReachable ? INTERVAL_MS : STAND_ASIDE_MS;
    engine.after(pause, this.#next);
  }

  readonly #next = () => this.process.run(() => this.#check());

  #refillIfLeader(): void {
    const { redis } = this.#options;
    const isLeader = redis.holdLease(this, this.name, LEASE_MS);
    if (isLeader !== this.#wasLeader) for (const refill of this.#refills) refill.restart();
    this.#wasLeader = isLeader;
    if (isLeader) redis.queues.forEach((queue, index) => this.#refill(queue, this.#refills[index]));
  }

  #refill(queue: VirtualQueue, refill: Refill | undefined): void {
    const { engine, costs } = this.#options;
    const backlog = { waiting: queue.waiting, delayed: queue.delayedWithin(DUE_SOON_MS) };
    const { chunks = [], dropped = 0 } = refill?.next(backlog, engine.now) ?? {};
    this.#dropped += dropped;
    for (const size of chunks) {
      this.thread.use(size * costs.cpuMs.producer, () => queue.add(size, this.#isPoison));
      refill?.added(size);
    }
  }

  readonly #isPoison = () => {
    const { PRODUCER_POISON_EVERY: every } = this.#options.settings;
    return every > 0 && ++this.#added % every === 0;
  };
}
