/**
 * rng or hasher as a miner sees it, on virtual time: `miner/upstream/upstream.ts`, with the same rules.
 * @module
 */
import { MAX_REPORTED_REPLICAS } from '@dockercoins/common/contract';
import type { Served, UpstreamFigures } from '@dockercoins/common/reports';
import { Circuit } from '../miner/upstream/circuit.ts';
import { BusyError, UpstreamError } from '../miner/upstream/errors.ts';
import { errorToReport, Failover, type Failures } from '../miner/upstream/failover.ts';
import { MAX_AGE_MS, REPLICA_MEMORY_MS, Rotation } from '../miner/upstream/rotation.ts';
import { Deadline, type Engine, type Timer } from './engine.ts';
import type { Process } from './process.ts';
import type { Client, Replica, Visit } from './replica.ts';

/** What a request without `Retry-After`, and what a full waiting room asks for (`common/http-service/app.ts`). */
const RETRY_AFTER_MS = 1000;

export interface UpstreamOptions {
  name: 'rng' | 'hasher';
  engine: Engine;
  /** Returns all replicas that exist now. */
  replicas: () => readonly Replica[];
  process: Process;
  timeoutMs: number;
  /** Time of a request apart from its wait and service (ms). */
  requestMs: number;
  /** Number of the first turn. */
  turn: number;
}

/** Who waits for a response. */
export interface Caller {
  /** @param replica name of the one that responded */
  onServed: (waitMs: number, serviceMs: number, replica: string) => void;
  onFailed: (err: UpstreamError) => void;
}

/** One replica as the miner knows it. */
class Target {
  readonly replica: Replica;
  readonly circuit: ProbedCircuit;
  seenAt = -Infinity;
  /** What it has done for this miner, since its first response. */
  readonly served: Served = { responses: 0, serviceMs: 0, spentMs: 0 };

  constructor(replica: Replica, options: UpstreamOptions, patienceMs: () => number) {
    this.replica = replica;
    this.circuit = new ProbedCircuit(replica, options, patienceMs);
  }
}

/** A circuit that is probed on virtual time, as `CircuitBreaker` does on the real one. */
class ProbedCircuit {
  readonly #circuit = new Circuit();
  readonly #replica: Replica;
  readonly #options: UpstreamOptions;
  readonly #patienceMs: () => number;
  #timer: Timer | undefined;
  reason = '';

  constructor(replica: Replica, options: UpstreamOptions, patienceMs: () => number) {
    this.#replica = replica;
    this.#options = options;
    this.#patienceMs = patienceMs;
  }

  get isOpen(): boolean {
    return this.#circuit.isOpen;
  }

  open(err: UpstreamError): void {
    if (!this.#circuit.open(this.#options.engine.now)) return;
    this.reason = err.reason;
    this.#schedule();
  }

  close(): void {
    if (!this.#circuit.close(this.#options.engine.now)) return;
    if (this.#timer !== undefined) this.#timer.action = undefined;
  }

  #schedule(): void {
    const { engine, process } = this.#options;
    this.#timer = engine.after(this.#circuit.pauseMs, () => process.run(() => this.#probe()));
  }

  #probe(): void {
    const { engine, process, requestMs } = this.#options;
    let isOver = false;
    const end = (responds: boolean) => {
      if (isOver) return;
      isOver = true;
      if (!this.isOpen) return;
      if (responds) this.close();
      else this.#schedule();
    };
    const visit = this.#replica.arrive(
      {
        onResponse: (status) => engine.after(requestMs, () => process.run(() => end(status < 500))),
        onBroken: () => process.run(() => end(false)),
      },
      'head',
    );
    this.#timer = engine.after(this.#patienceMs(), () => {
      if (isOver) return;
      this.#replica.disconnect(visit);
      process.run(() => end(false));
    });
  }
}

export class VirtualUpstream {
  readonly options: UpstreamOptions;
  readonly rotation: Rotation<Target>;
  readonly failover: Failover<Target>;
  #refreshedAt = -Infinity;
  #failed = 0;
  #reason: string | null = null;
  pending = 0;

  constructor(options: UpstreamOptions) {
    this.options = options;
    this.rotation = new Rotation(options.turn);
    this.failover = new Failover(this.rotation, options.timeoutMs);
  }

  /** Looks up the replicas again if it last did so too long ago. */
  refresh(): void {
    const { engine, replicas } = this.options;
    if (engine.now - this.#refreshedAt <= MAX_AGE_MS) return;
    this.#refreshedAt = engine.now;
    const before = this.rotation.targets;
    const patienceMs = () => this.failover.patienceMs();
    this.rotation.targets = replicas().map(
      (replica) =>
        before.find((target) => target.replica === replica) ??
        new Target(replica, this.options, patienceMs),
    );
    for (const target of before)
      if (!this.rotation.targets.includes(target)) target.circuit.close();
  }

  recordFailure(err: UpstreamError): void {
    this.#failed++;
    this.#reason = err.reason;
  }

  /** Returns what this miner sees of the service. */
  figures(): UpstreamFigures {
    const { engine } = this.options;
    const { targets } = this.rotation;
    return {
      replicas: targets
        .filter(({ seenAt }) => engine.now - seenAt <= REPLICA_MEMORY_MS)
        .slice(0, MAX_REPORTED_REPLICAS)
        .map(({ replica, served }) => ({ ...replica.describe(), served: { ...served } })),
      avoided: targets
        .filter(({ circuit }) => circuit.isOpen)
        .slice(0, MAX_REPORTED_REPLICAS)
        .map(({ replica, circuit }) => ({
          name: replica.options.name,
          reason: circuit.reason,
        })),
      pending: this.pending,
      failed: this.#failed,
      reason: this.#reason,
      untimed: 0,
    };
  }
}

/**
 * The requests of one run to one service, one after another: each is sent to one replica and, if that fails, to others. An
 * object of a run that is used again and again, because a simulation sends millions of them.
 */
export class Requests implements Client {
  readonly #upstream: VirtualUpstream;
  readonly #caller: Caller;
  readonly #limit: Deadline;
  #failures: Failures<Target> | undefined;
  #target: Target | undefined;
  #visit: Visit | undefined;
  #beganAt = 0;
  #sentAt = 0;
  /** The response that is on its way. */
  #hasResponse = false;
  #status = 0;
  #serviceMs = 0;
  #isPending = false;

  constructor(upstream: VirtualUpstream, caller: Caller) {
    this.#upstream = upstream;
    this.#caller = caller;
    const { engine, process } = upstream.options;
    this.#limit = new Deadline(engine, () => process.run(() => this.#onTimeout()));
  }

  /** Sends a request that has left the miner `requestMs / 2` ago and arrives at the replica now. */
  send(): void {
    const { engine, requestMs } = this.#upstream.options;
    this.#failures = undefined;
    this.#beganAt = engine.now - requestMs / 2;
    this.#isPending = true;
    this.#upstream.pending++;
    this.#attempt(this.#beganAt);
  }

  /** Ends the request without an outcome. */
  cancel(): void {
    if (!this.#isPending) return;
    this.#end();
    if (this.#visit !== undefined) this.#target?.replica.disconnect(this.#visit);
    this.#visit = undefined;
  }

  onResponse(status: number, serviceMs: number): void {
    const { engine, requestMs } = this.#upstream.options;
    this.#visit = undefined;
    this.#hasResponse = true;
    this.#status = status;
    this.#serviceMs = serviceMs;
    if (requestMs === 0) this.#onArrived();
    else engine.after(requestMs / 2, this.#onArrived);
  }

  onBroken(code: string): void {
    const { process, name } = this.#upstream.options;
    const target = this.#target;
    process.run(() => {
      if (this.#target === target) this.#onFailure(new UpstreamError('GET', name, code));
    });
  }

  readonly #onArrived = () => {
    const { process } = this.#upstream.options;
    if (process.isRunning) this.#receive();
    else process.run(() => this.#receive());
  };

  #receive(): void {
    const { name, engine } = this.#upstream.options;
    if (!this.#hasResponse || this.#target === undefined) return;
    if (this.#status === 503) {
      const full = { retryAfterMs: RETRY_AFTER_MS, timedOut: false };
      this.#onFailure(new BusyError('GET', name, 'expected status 200, got 503', full));
    } else if (this.#status !== 200) {
      const reason = `expected status 200, got ${this.#status}`;
      this.#onFailure(new UpstreamError('GET', name, reason));
    } else {
      const tookMs = engine.now - this.#sentAt;
      const { served, replica } = this.#target;
      served.responses++;
      served.serviceMs += this.#serviceMs;
      served.spentMs += tookMs;
      this.#target.seenAt = engine.now;
      this.#upstream.failover.learn(this.#target, tookMs, this.#failures ?? NONE);
      this.#end();
      const waitMs = engine.now - this.#beganAt - this.#serviceMs;
      this.#caller.onServed(waitMs, this.#serviceMs, replica.options.name);
    }
  }

  #attempt(sentAt: number): void {
    const { rotation, failover } = this.#upstream;
    this.#upstream.refresh();
    const failures = this.#failures ?? NONE;
    const target = rotation.next(failures);
    if (target === undefined || failover.isOver(sentAt - this.#beganAt)) {
      this.#giveUp(failures.size === 0 ? NOBODY : errorToReport(failures));
      return;
    }
    this.#target = target;
    this.#sentAt = sentAt;
    this.#hasResponse = false;
    this.#limit.set(failover.limitMs(target, failures));
    this.#visit = target.replica.arrive(this);
  }

  #onTimeout(): void {
    if (!this.#isPending || this.#target === undefined) return;
    const { name } = this.#upstream.options;
    if (this.#visit !== undefined) this.#target.replica.disconnect(this.#visit);
    this.#visit = undefined;
    const late = { retryAfterMs: RETRY_AFTER_MS, timedOut: true };
    this.#onFailure(new BusyError('GET', name, 'no complete response in time', late));
  }

  #onFailure(err: UpstreamError): void {
    if (!this.#isPending || this.#target === undefined) return;
    const { engine } = this.#upstream.options;
    this.#failures ??= new Map();
    const ms = engine.now - this.#sentAt;
    this.#failures.set(this.#target, { err, ms });
    if (this.#target.served.responses > 0) this.#target.served.spentMs += ms;
    this.#attempt(engine.now);
  }

  #giveUp(err: UpstreamError): void {
    this.#end();
    this.#upstream.recordFailure(err);
    this.#caller.onFailed(err);
  }

  #end(): void {
    this.#isPending = false;
    this.#hasResponse = false;
    this.#upstream.pending--;
    this.#limit.clear();
    this.#failures = undefined;
  }
}

const NONE: Failures<Target> = new Map();
const NOBODY = new UpstreamError('GET', '/', 'ENOTFOUND');
