/**
 * A replica of rng or hasher: its gate, its delays, errors and hangs, and its statistics.
 * @module
 */
import {
  behaviorOf,
  behaviorVariations,
  type Behavior,
  type BehaviorSettings,
} from '@dockercoins/common/http-service/behavior';
import { Gate, type Leave } from '@dockercoins/common/http-service/gate';
import type { Replica as ReplicaView } from '@dockercoins/common/reports';
import type { Random } from '@dockercoins/common/random';
import { Thread, type Machine } from './cpu.ts';
import type { Engine } from './engine.ts';
import { Process } from './process.ts';

export interface ReplicaOptions {
  name: string;
  behavior: BehaviorSettings;
  /** Requests that it serves at once; 0 = no limit. */
  slots: number;
  /** Requests that may wait. */
  waiting: number;
  /** Whether its responses describe how it differs from the usual experiment. */
  showVariations: boolean;
  /** How late timers fire on average (ms). */
  timerMs: number;
  /** CPU time of one request (ms). */
  cpuMs: number;
  machine: Machine;
  /** Returns a sequence of random numbers of its own for each name. */
  randomOf: (name: string) => Random;
}

/** What the client of a request learns: one of the two, unless it disconnects before. Never while the request arrives. */
export interface Client {
  /** A response: its status, and how long the request was served (ms). */
  onResponse: (status: number, serviceMs: number) => void;
  /** Nothing listens, or the connection broke; the code of the system error. */
  onBroken: (code: string) => void;
}

/** `GET /32` or `POST /`, and `HEAD /`, which has no delay of its own. */
export type Route = 'main' | 'head';

/** A request without a response. */
export interface Visit {
  readonly client: Client;
  readonly route: Route;
  /** False once the client no longer wants the response. */
  connected: boolean;
  arrivedAt: number;
  admittedAt: number;
  hangs: boolean;
  /** Defined while it is being served, and while it waits. */
  leave: Leave | undefined;
  giveUp: (() => void) | undefined;
}

/** Totals since the start. Times in milliseconds. */
export interface ReplicaTotals {
  /** Requests that were admitted. */
  admitted: number;
  /** Sums over all requests that no longer wait, and over those that are no longer served. */
  waitMs: number;
  serviceMs: number;
  /** Integrals over time of how many requests wait, and of how many are being served. */
  waitingArea: number;
  busyArea: number;
  /** Integral over time of its slots, for as long as it is in use; 0 without a limit. */
  slotArea: number;
}

export class Replica {
  readonly options: ReplicaOptions;
  readonly thread: Thread;
  process: Process;
  readonly #engine: Engine;
  #behaviorSettings: BehaviorSettings;
  #behavior: Behavior;
  readonly #lateness: Random;
  #gate: Gate;
  /** Requests that wait or are being served. */
  readonly #visits = new Set<Visit>();
  /** Requests that have arrived while it was frozen, so that it has not read them. */
  readonly #unread = new Set<Visit>();
  #changedAt: number;
  #isRetired = false;
  readonly #totals: ReplicaTotals = {
    admitted: 0,
    waitMs: 0,
    serviceMs: 0,
    waitingArea: 0,
    busyArea: 0,
    slotArea: 0,
  };

  constructor(engine: Engine, options: ReplicaOptions) {
    const { name, behavior, slots, waiting, machine, randomOf } = options;
    this.options = options;
    this.thread = new Thread(machine);
    this.process = new Process(engine);
    this.#engine = engine;
    this.#behaviorSettings = behavior;
    this.#behavior = behaviorOf(behavior, name, randomOf);
    this.#lateness = randomOf('lateness');
    this.#gate = new Gate(slots, waiting);
    this.#changedAt = engine.now;
  }

  /** Returns the totals up to now. */
  totals(): Readonly<ReplicaTotals> {
    this.#advance();
    return { ...this.#totals };
  }

  /** Requests that wait or are being served. */
  get visits(): ReadonlySet<Visit> {
    return this.#visits;
  }

  /** A request arrives. Returns it, so that the client can disconnect. */
  arrive(client: Client, route: Route = 'main'): Visit {
    const visit: Visit = {
      client,
      route,
      connected: true,
      arrivedAt: this.#engine.now,
      admittedAt: NaN,
      hangs: false,
      leave: undefined,
      giveUp: undefined,
    };
    if (this.process.isRunning) this.#receive(visit);
    else if (this.process.isDead) this.#reply(visit, () => client.onBroken('ECONNREFUSED'));
    else {
      this.#unread.add(visit);
      this.process.run(() => this.#receive(visit));
    }
    return visit;
  }

  /** The client gives up. A request that is being served keeps its slot until its delay is over, unless it hangs. */
  disconnect(visit: Visit): void {
    visit.connected = false;
    if (visit.giveUp === undefined && !visit.hangs) return;
    this.process.run(() => {
      if (visit.giveUp !== undefined || visit.hangs) this.#abandon(visit);
    });
  }

  /** Breaks all connections. Requests are refused until `restart`. */
  kill(): void {
    const broken = [...this.#visits, ...this.#unread].filter(({ connected }) => connected);
    this.#unread.clear();
    for (const visit of this.#visits) if (visit.giveUp !== undefined) this.#abandon(visit);
    for (const visit of this.#visits) this.#abandon(visit);
    this.process.kill();
    this.#gate = new Gate(this.options.slots, this.options.waiting);
    for (const { client } of broken) client.onBroken('ECONNRESET');
  }

  /** It finishes its requests and gets no more. */
  retire(): void {
    this.#advance();
    this.#isRetired = true;
  }

  freeze(): void {
    this.process.freeze();
  }

  thaw(): void {
    this.process.thaw();
  }

  /** From the next request on, it takes this many times longer than by its settings. */
  slowDown(factor: number): void {
    const { name, behavior, randomOf } = this.options;
    this.#behaviorSettings = { ...behavior, slowReplica: name, slowFactor: factor };
    this.#behavior = behaviorOf(this.#behaviorSettings, name, randomOf);
  }

  /** Returns what its responses say about it. */
  describe(): ReplicaView {
    const { name, slots, showVariations } = this.options;
    const behavior = this.#behaviorSettings;
    const variations = showVariations ? behaviorVariations(behavior, name) : {};
    return {
      ...{ name, slots, delayMs: behavior.delayMs },
      cpu: this.thread.share(),
      ...(Object.keys(variations).length > 0 && { variations }),
    };
  }

  restart(): void {
    this.process = new Process(this.#engine);
  }

  #receive(visit: Visit): void {
    this.#unread.delete(visit);
    if (!visit.connected) return;
    this.#advance();
    visit.arrivedAt = this.#engine.now;
    const leave = this.#gate.tryEnter();
    if (leave !== undefined) {
      this.#visits.add(visit);
      this.#serve(visit, leave);
    } else if (this.#gate.full) {
      this.#reply(visit, () => visit.client.onResponse(503, 0));
    } else {
      this.#visits.add(visit);
      visit.giveUp = this.#gate.join((admitted) => this.#serve(visit, admitted));
    }
  }

  #serve(visit: Visit, leave: Leave): void {
    const { now } = this.#engine;
    visit.giveUp = undefined;
    visit.leave = leave;
    visit.admittedAt = now;
    this.#totals.admitted++;
    this.#totals.waitMs += now - visit.arrivedAt;
    if (visit.route === 'head') {
      this.#engine.after(0, () => this.#finish(visit, 200));
    } else if (this.#behavior.hangs()) {
      visit.hangs = true;
    } else {
      const { process } = this;
      this.#engine.after(this.#nextDelayMs(), () => {
        if (process.isRunning) this.#compute(visit);
        else process.run(() => this.#compute(visit));
      });
    }
  }

  /** At once, but only after whatever happens now has happened. */
  #reply(visit: Visit, reply: () => void): void {
    this.#engine.after(0, () => {
      if (visit.connected) reply();
    });
  }

  #nextDelayMs(): number {
    const { timerMs } = this.options;
    const ms = this.#behavior.nextDelayMs();
    return timerMs === 0 || ms === 0 ? ms : ms + 2 * timerMs * this.#lateness();
  }

  #compute(visit: Visit): void {
    this.thread.use(this.options.cpuMs, () => {
      this.#finish(visit, this.#behavior.fails() ? 500 : 200);
    });
  }

  #finish(visit: Visit, status: number): void {
    if (visit.leave === undefined) return; // this replica was killed
    const serviceMs = this.#engine.now - visit.admittedAt;
    this.#depart(visit);
    if (visit.connected) visit.client.onResponse(status, serviceMs);
  }

  /** Ends a request without a response. */
  #abandon(visit: Visit): void {
    if (visit.giveUp === undefined) {
      this.#depart(visit);
      return;
    }
    this.#advance();
    this.#totals.waitMs += this.#engine.now - visit.arrivedAt;
    this.#visits.delete(visit);
    visit.giveUp();
    visit.giveUp = undefined;
  }

  /** Frees the slot, which admits the next request. */
  #depart(visit: Visit): void {
    const { leave } = visit;
    if (leave === undefined) return;
    this.#advance();
    this.#totals.serviceMs += this.#engine.now - visit.admittedAt;
    this.#visits.delete(visit);
    visit.leave = undefined;
    leave();
  }

  /** Must be called before the number of requests changes. */
  #advance(): void {
    const { now } = this.#engine;
    const ms = now - this.#changedAt;
    if (ms === 0) return;
    this.#changedAt = now;
    this.#totals.waitingArea += ms * this.#gate.waiting;
    this.#totals.busyArea += ms * this.#gate.busy;
    if (!this.#isRetired) this.#totals.slotArea += ms * this.options.slots;
  }
}
