/**
 * The pipeline on virtual time: producers, a queue, miners, rngs and hashers, and what happens to them.
 * @module
 */
import { QUEUE_NAME } from '@dockercoins/common/contract';
import { Machine } from './cpu.ts';
import { Engine } from './engine.ts';
import { Journal } from './journal.ts';
import { Miner } from './miner.ts';
import { Producer } from './producer.ts';
import { KEPT, VirtualQueue } from './queue.ts';
import { streamOf } from './random-streams.ts';
import { Redis } from './redis.ts';
import { Replica } from './replica.ts';
import { SERVICES, type Plan, type Scale, type ServiceName, type Settings } from './settings.ts';

/** `npm start` restarts a process that died after 0.5 s (`local/supervised.ts`), and it takes 0.3 s to start. */
export const RESTART_MS = 800;
const START_MS = 300;

/** Draws the longest delay of a retry. */
const LONGEST = () => 1;

/**
 * Something that happens to the pipeline. Times in milliseconds; `name` is that of a replica, such as `miner-2`. Nothing
 * happens to one that does not run.
 */
export type Happening =
  | { kind: 'scale'; service: ServiceName; replicas: number }
  | { kind: 'kill'; name: string; forMs: number }
  | { kind: 'freeze'; name: string; forMs: number }
  /** A replica of rng or hasher takes this many times longer; 1 = as by its settings. */
  | { kind: 'slow'; name: string; factor: number }
  /** Services whose settings change are replaced: what they have begun, they finish. */
  | { kind: 'configure'; settings: Partial<Settings> }
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'redis down'; forMs: number }
  /** 0 = no limit. */
  | { kind: 'concurrency'; jobs: number }
  | { kind: 'rate'; jobsPerSecond: number };

export class Pipeline {
  /** Its settings are those that services start with now. */
  plan: Plan;
  readonly engine = new Engine();
  readonly redis: Redis;
  readonly machine: Machine;
  /** By name. Those that were stopped or killed are not in it. */
  readonly miners = new Map<string, Miner>();
  readonly producers = new Map<string, Producer>();
  readonly replicas: Record<'rng' | 'hasher', Map<string, Replica>> = {
    rng: new Map(),
    hasher: new Map(),
  };
  /** Also those that no longer exist, for the totals. */
  readonly #allMiners: Miner[] = [];
  readonly #allReplicas: Record<'rng' | 'hasher', Replica[]> = { rng: [], hasher: [] };
  readonly #scale: Scale = { producer: 0, miner: 0, rng: 0, hasher: 0 };
  #starts = 0;

  /** @param keepsJournal whether the queues remember what happened to each job: see `job-path.ts` */
  constructor(plan: Plan, { keepsJournal = false } = {}) {
    const { settings, costs, scale } = plan;
    this.plan = plan;
    this.machine = new Machine(this.engine, costs.cores);
    const names = Array.from({ length: settings.QUEUES }, (_, index) =>
      settings.QUEUES === 1 ? QUEUE_NAME : `${QUEUE_NAME}-${index + 1}`,
    );
    const jitter = (name: string) =>
      plan.withoutJitter === true ? LONGEST : this.#randomOf(`${name} retries`);
    const journal = () => (keepsJournal ? new Journal(this.engine, KEPT) : undefined);
    const queues = names.map(
      (name) => new VirtualQueue(name, this.engine, jitter(name), journal()),
    );
    this.redis = new Redis(this.engine, this.machine, queues, costs.cpuMs.redis);
    for (const service of ['rng', 'hasher', 'producer', 'miner'] as const) {
      this.#rescale(service, scale[service], 0);
    }
  }

  /** How many of each service there should be. */
  get scale(): Readonly<Scale> {
    return this.#scale;
  }

  /** Lets this happen at a time from the start (ms). */
  at(ms: number, happening: Happening): void {
    this.engine.after(ms - this.engine.now, () => this.happen(happening));
  }

  happen(happening: Happening): void {
    const { redis, engine } = this;
    switch (happening.kind) {
      case 'scale':
        this.#rescale(happening.service, happening.replicas, START_MS);
        break;
      case 'kill':
        this.#kill(happening.name, happening.forMs);
        break;
      case 'freeze': {
        const part = this.#partOf(happening.name);
        part?.freeze();
        engine.after(happening.forMs, () => part?.thaw());
        break;
      }
      case 'slow': {
        const part = this.#partOf(happening.name);
        if (part instanceof Replica) part.slowDown(happening.factor);
        break;
      }
      case 'configure':
        this.#configure(happening.settings);
        break;
      case 'pause':
        for (const queue of redis.queues) queue.pause();
        break;
      case 'resume':
        for (const queue of redis.queues) queue.resume();
        break;
      case 'redis down':
        redis.isReachable = false;
        engine.after(happening.forMs, () => (redis.isReachable = true));
        break;
      case 'concurrency':
        for (const queue of redis.queues) queue.limitConcurrency(happening.jobs || Infinity);
        break;
      case 'rate': {
        const { jobsPerSecond: jobs } = happening;
        for (const queue of redis.queues) queue.limitRate(jobs === 0 ? undefined : perPeriod(jobs));
      }
    }
  }

  runUntil(ms: number): void {
    this.engine.runUntil(ms);
  }

  /** All replicas that ever existed. */
  allReplicas(service: 'rng' | 'hasher'): readonly Replica[] {
    return this.#allReplicas[service];
  }

  /** All miners that ever existed; after a restart, it is another one. */
  allMiners(): readonly Miner[] {
    return this.#allMiners;
  }

  readonly #randomOf = (name: string) => streamOf(this.plan.seed, name);

  #rescale(service: ServiceName, replicas: number, startMs: number): void {
    const before = this.#scale[service];
    this.#scale[service] = replicas;
    for (let n = before + 1; n <= replicas; n++) {
      const name = `${service}-${n}`;
      const start = () => {
        if (n <= this.#scale[service]) this.#start(service, name);
      };
      if (startMs === 0) start();
      else this.engine.after(startMs, start);
    }
    for (let n = before; n > replicas; n--) this.#stop(service, `${service}-${n}`);
  }

  #configure(changes: Partial<Settings>): void {
    this.plan = { ...this.plan, settings: { ...this.plan.settings, ...changes } };
    for (const service of SERVICES) {
      const isConcerned = Object.keys(changes).some((name) =>
        name.startsWith(`${service.toUpperCase()}_`),
      );
      for (let n = 1; isConcerned && n <= this.#scale[service]; n++) {
        this.#replace(service, `${service}-${n}`);
      }
    }
  }

  /** A miner takes some time to leave; then the new one starts, if there is still to be one. */
  #replace(service: ServiceName, name: string): void {
    const miner = this.miners.get(name);
    if (miner === undefined) {
      this.#stop(service, name);
      this.#start(service, name);
      return;
    }
    miner.stop(() => {
      this.miners.delete(name);
      if (numberOf(name) <= this.#scale.miner) this.#start(service, name);
    });
  }

  #start(service: ServiceName, name: string): void {
    if (this.#partOf(name) !== undefined) return;
    if (service === 'miner') {
      const miner = this.#createMiner(name);
      this.miners.set(name, miner);
      this.#allMiners.push(miner);
    } else if (service === 'producer') {
      this.producers.set(name, this.#createProducer(name));
    } else {
      const replica = this.#createReplica(service, name);
      this.replicas[service].set(name, replica);
      this.#allReplicas[service].push(replica);
    }
  }

  #stop(service: ServiceName, name: string): void {
    if (service === 'miner') {
      this.miners.get(name)?.stop(() => this.miners.delete(name));
    } else if (service === 'producer') {
      this.producers.get(name)?.stop();
      this.producers.delete(name);
    } else {
      this.replicas[service].get(name)?.retire();
      this.replicas[service].delete(name);
    }
  }

  #kill(name: string, forMs: number): void {
    const part = this.#partOf(name);
    if (part === undefined) return;
    part.kill();
    if (part instanceof Replica) {
      this.engine.after(forMs, () => part.restart());
      return;
    }
    const service = part instanceof Miner ? 'miner' : 'producer';
    if (part instanceof Miner) this.miners.delete(name);
    else this.producers.delete(name);
    this.engine.after(forMs, () => {
      if (numberOf(name) <= this.#scale[service]) this.#start(service, name);
    });
  }

  #partOf(name: string): Miner | Producer | Replica | undefined {
    return (
      this.miners.get(name) ??
      this.producers.get(name) ??
      this.replicas.rng.get(name) ??
      this.replicas.hasher.get(name)
    );
  }

  #createMiner(name: string): Miner {
    const { settings, costs } = this.plan;
    const start = ++this.#starts;
    const { engine, machine, redis } = this;
    return new Miner({
      id: `${name}-${start.toString(16).padStart(8, '0')}`,
      ...{ name, engine, machine, redis, settings, costs },
      replicasOf: (service) => [...this.replicas[service].values()],
      randomOf: (purpose) => this.#randomOf(`${name} ${start} ${purpose}`),
    });
  }

  #createProducer(name: string): Producer {
    const { settings, costs } = this.plan;
    const { engine, machine, redis } = this;
    return new Producer({ name, engine, machine, redis, settings, costs });
  }

  #createReplica(service: 'rng' | 'hasher', name: string): Replica {
    const { settings, costs } = this.plan;
    const NAME = service === 'rng' ? 'RNG' : 'HASHER';
    return new Replica(this.engine, {
      name,
      behavior: {
        delayMs: settings[`${NAME}_DELAY_MS`],
        distribution: settings[`${NAME}_DELAY_DISTRIBUTION`],
        errorRate: settings[`${NAME}_ERROR_RATE`],
        hangRate: settings[`${NAME}_HANG_RATE`],
        slowReplica: settings[`${NAME}_SLOW_REPLICA`],
        slowFactor: settings[`${NAME}_SLOW_FACTOR`],
      },
      slots: settings[`${NAME}_SLOTS`],
      waiting: settings[`${NAME}_WAITING`],
      showVariations: settings.SHOW_VARIATIONS,
      timerMs: costs.timerMs,
      cpuMs: costs.cpuMs[service],
      machine: this.machine,
      randomOf: (purpose) => this.#randomOf(`${name} ${purpose}`),
    });
  }
}

/** Returns 12 for `miner-12`. */
const numberOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1));

/** A rate limit is a whole number of jobs in a period. */
function perPeriod(jobsPerSecond: number) {
  const jobs = Math.max(1, Math.round(jobsPerSecond));
  return { jobs, periodMs: (1000 * jobs) / jobsPerSecond };
}
