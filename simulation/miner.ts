/**
 * A miner on virtual time: `miner/worker.ts`, `miner/processor.ts` and `miner/mine.ts`, with the same rules.
 * @module
 */
import type { MinerReport } from '@dockercoins/common/reports';
import type { Random } from '@dockercoins/common/random';
import { MinerStats } from '../miner/stats.ts';
import type { UpstreamError } from '../miner/upstream/errors.ts';
import { verdictOn } from '../miner/verdict.ts';
import { Thread, type Machine } from './cpu.ts';
import type { Engine, Timer } from './engine.ts';
import type { Loop } from './journal.ts';
import { Process } from './process.ts';
import type { Job, Taker, VirtualQueue } from './queue.ts';
import type { Redis } from './redis.ts';
import type { Replica } from './replica.ts';
import type { Costs, Settings } from './settings.ts';
import { Requests, VirtualUpstream } from './upstream.ts';

export interface MinerOptions {
  id: string;
  name: string;
  engine: Engine;
  machine: Machine;
  redis: Redis;
  settings: Settings;
  costs: Costs;
  /** Returns the replicas of a service that exist now, sorted by number, as their addresses are. */
  replicasOf: (service: 'rng' | 'hasher') => readonly Replica[];
  randomOf: (name: string) => Random;
}

/** A hash begins with any of 16 digits, and is a coin if that is 0. */
const COIN_SHARE = 1 / 16;

/** How long a shutdown waits for running loops: `FINISH_MS` of `miner/worker.ts`. */
const FINISH_MS = 7000;

export class Miner {
  readonly options: MinerOptions;
  readonly process: Process;
  readonly thread: Thread;
  readonly stats = new MinerStats();
  readonly rng: VirtualUpstream;
  readonly hasher: VirtualUpstream;
  readonly runs: readonly Run[];
  readonly random: { coins: Random; work: Random };
  #restUntil = -Infinity;
  #rest: Timer | undefined;
  #isStopping = false;
  /** True after an orderly shutdown. */
  hasLeft = false;
  /** Loops completed since the last update of `hashes`. */
  #uncounted = 0;
  #flushedAt = 0;

  constructor(options: MinerOptions) {
    const { engine, machine, redis, settings, costs, replicasOf, randomOf } = options;
    this.options = options;
    this.process = new Process(engine);
    this.thread = new Thread(machine);
    this.random = { coins: randomOf('coins'), work: randomOf('work') };
    const turns = randomOf('turns');
    const upstream = (name: 'rng' | 'hasher') =>
      new VirtualUpstream({
        name,
        engine,
        replicas: () => replicasOf(name),
        process: this.process,
        timeoutMs: settings.MINER_TIMEOUT_MS,
        requestMs: costs.requestMs,
        turn: Math.floor(turns() * 1000),
      });
    this.rng = upstream('rng');
    this.hasher = upstream('hasher');
    this.runs = redis.queues.flatMap((queue) =>
      Array.from({ length: settings.MINER_CONCURRENCY }, () => new Run(this, queue)),
    );
    this.#flushedAt = engine.now;
    this.#keepLocks();
    for (const run of this.runs) run.next();
  }

  /** True while it takes jobs. */
  get takesJobs(): boolean {
    const { now } = this.options.engine;
    return this.process.isRunning && !this.#isStopping && this.#restUntil <= now;
  }

  /** Takes no jobs for at least this long (ms). A longer rest that has begun goes on. */
  rest(ms: number): void {
    const { engine } = this.options;
    if (ms <= 0 || engine.now + ms <= this.#restUntil) return;
    this.#restUntil = engine.now + ms;
    for (const run of this.runs) run.dismiss();
    if (this.#rest !== undefined) this.#rest.action = undefined;
    this.#rest = engine.after(ms, () => {
      this.process.run(() => {
        for (const run of this.runs) if (run.job === undefined) run.next();
      });
    });
  }

  /** Counts a completed loop, and updates `hashes` if the last update was long enough ago. */
  countLoop(): void {
    const { engine, settings } = this.options;
    this.stats.loops++;
    this.#uncounted++;
    if (engine.now - this.#flushedAt >= settings.MINER_FLUSH_MS) this.#flush();
  }

  kill(): void {
    this.process.kill();
    for (const run of this.runs) run.dismiss();
    for (const run of this.runs) run.cancel();
  }

  freeze(): void {
    for (const run of this.runs) run.dismiss();
    this.process.freeze();
  }

  thaw(): void {
    this.process.thaw();
    for (const run of this.runs) if (run.job === undefined) run.next();
  }

  /** Takes no more jobs; hands those back that take longer than 7 s; then it is gone. */
  stop(onGone: () => void): void {
    this.#isStopping = true;
    for (const run of this.runs) run.dismiss();
    const { engine } = this.options;
    const endAt = engine.now + FINISH_MS;
    engine.every(100, () => {
      if (this.process.isDead) return false;
      if (engine.now < endAt && this.runs.some(({ job }) => job !== undefined)) return true;
      for (const run of this.runs) run.handBack();
      this.#flush();
      this.process.kill();
      this.hasLeft = true;
      onGone();
      return false;
    });
  }

  report(): MinerReport {
    const { id, name, settings, engine } = this.options;
    const { loops, errors, coins, active, stages } = this.stats;
    return {
      id,
      name,
      uptimeMs: Math.round(this.process.uptimeMs),
      concurrency: this.runs.length,
      workMs: settings.MINER_WORK_MS,
      lockMs: settings.MINER_LOCK_MS,
      flushMs: settings.MINER_FLUSH_MS,
      cpu: this.thread.share(),
      ...{ loops, errors, coins, active },
      resting: this.#restUntil > engine.now,
      stages: structuredClone(stages),
      upstreams: { rng: this.rng.figures(), hasher: this.hasher.figures() },
    };
  }

  #flush(): void {
    const { redis, engine } = this.options;
    const loops = this.#uncounted;
    if (loops === 0 || !redis.isReachable) return;
    this.#uncounted = 0;
    this.#flushedAt = engine.now;
    redis.hashes += loops;
  }

  /**
   * Renews locks, and looks for stalled jobs. BullMQ's lock manager looks at its locks every quarter of their duration, and
   * renews those that are older than that (`lock-manager.js`).
   */
  #keepLocks(): void {
    const { engine, redis, settings } = this.options;
    const { MINER_LOCK_MS: lockMs } = settings;
    const whileAlive = (act: () => void) => () => {
      if (redis.isReachable) this.process.run(act);
      return !this.process.isDead;
    };
    const renew = whileAlive(() => {
      for (const run of this.runs) run.renew();
    });
    const check = whileAlive(() => {
      for (const queue of redis.queues) queue.checkStalled(lockMs);
    });
    engine.every(lockMs / 4, renew);
    engine.every(lockMs, check, 0);
  }
}

/** One of the loops that a miner runs at once: it takes job after job. */
export class Run implements Taker {
  readonly #miner: Miner;
  readonly #queue: VirtualQueue;
  readonly #rng: Requests;
  readonly #hasher: Requests;
  readonly miner: string;
  readonly lockMs: number;
  token = 0;
  /** Undefined while it waits for one. */
  job: Job | undefined;
  /** When the lock was last renewed. */
  #renewedAt = 0;
  /** Time spent in each stage so far (ms). */
  readonly #times = {
    queueWait: 0,
    work: 0,
    rngWait: 0,
    rngService: 0,
    hasherWait: 0,
    hasherService: 0,
  };
  /** Names of the replicas that served this run; undefined before. */
  #rngName: string | undefined;
  #hasherName: string | undefined;
  #timer: Timer | undefined;

  constructor(miner: Miner, queue: VirtualQueue) {
    const { name, settings } = miner.options;
    this.#miner = miner;
    this.#queue = queue;
    this.miner = name;
    this.lockMs = settings.MINER_LOCK_MS;
    const onFailed = (err: UpstreamError) => this.#onFailed(err);
    this.#rng = new Requests(miner.rng, { onServed: this.#onRandom, onFailed });
    this.#hasher = new Requests(miner.hasher, { onServed: this.#onHash, onFailed });
  }

  /** Waits for the next job, if the miner takes any. */
  next(): void {
    const { redis } = this.#miner.options;
    if (!this.#miner.takesJobs) return;
    if (redis.isReachable) this.#queue.take(this);
    else redis.whenReachable(() => this.job ?? this.next());
  }

  /** Waits no longer. */
  dismiss(): void {
    this.#queue.leave(this);
  }

  /** Ends the loop without telling the queue. */
  cancel(): void {
    this.#rng.cancel();
    this.#hasher.cancel();
    if (this.#timer !== undefined) this.#timer.action = undefined;
    if (this.job !== undefined) this.#miner.stats.active--;
    this.job = undefined;
  }

  handBack(): void {
    const { job } = this;
    if (job === undefined) return;
    this.cancel();
    this.#queue.handBack(job, this.token, 'the miner is shutting down');
  }

  renew(): void {
    const { engine } = this.#miner.options;
    if (this.job === undefined || engine.now - this.#renewedAt <= this.lockMs / 4) return;
    if (this.#queue.renew(this.job, this.token, this.lockMs)) {
      this.#renewedAt = engine.now;
    } else {
      this.cancel();
      this.next();
    }
  }

  start(job: Job): void {
    const { options, stats, thread } = this.#miner;
    this.job = job;
    this.#renewedAt = options.engine.now;
    this.#times.queueWait = options.engine.now - job.addedAt;
    this.#rngName = this.#hasherName = undefined;
    stats.active++;
    thread.use(options.costs.cpuMs.miner, this.#begin);
  }

  readonly #begin = () => {
    const { settings, costs } = this.#miner.options;
    const { job } = this;
    if (job === undefined) return; // killed
    if (job.poison || job.hasCoin) {
      this.#after(costs.jobMs, job.poison ? this.#onPoison : this.#finish);
      return;
    }
    const { MINER_WORK_MS: workMs } = settings;
    const late = workMs === 0 ? 0 : 2 * costs.timerMs * this.#miner.random.work();
    this.#times.work = workMs + late;
    this.#after(workMs + late + costs.requestMs / 2, this.#request);
  };

  readonly #request = this.#whenRunning(() => this.#rng.send());

  readonly #onRandom = (waitMs: number, serviceMs: number, replica: string) => {
    const { requestMs } = this.#miner.options.costs;
    this.#times.rngWait = waitMs;
    this.#times.rngService = serviceMs;
    this.#rngName = replica;
    if (requestMs === 0) this.#hasher.send();
    else this.#after(requestMs / 2, this.#requestHash);
  };

  readonly #requestHash = this.#whenRunning(() => this.#hasher.send());

  readonly #onHash = (waitMs: number, serviceMs: number, replica: string) => {
    const { stats, random, options } = this.#miner;
    const { job } = this;
    if (job === undefined) return;
    this.#times.hasherWait = waitMs;
    this.#times.hasherService = serviceMs;
    this.#hasherName = replica;
    stats.addTimes(this.#times);
    if (random.coins() < COIN_SHARE) options.redis.whenReachable(this.#claim);
    this.#after(options.costs.jobMs, this.#finish);
  };

  /** Records the coin on the job, if this run still holds it; then it is the coin of the job. */
  readonly #claim = () => {
    const { job } = this;
    if (job !== undefined && this.#queue.holds(job, this.token)) job.hasCoin = true;
  };

  readonly #finish = this.#whenRunning(() => this.#settle(this.#complete));

  readonly #complete = (job: Job) => {
    const { stats, options } = this.#miner;
    if (!this.#queue.holds(job, this.token)) return; // another run has the job, or soon will
    if (job.hasCoin && job.coin === undefined) {
      job.coin = options.redis.store(this.miner, { queue: this.#queue.name, id: String(job.id) });
      stats.coins++;
    }
    this.#queue.complete(job, this.token, this.#queue.journal && this.#loop());
    this.#miner.countLoop();
  };

  /** Returns what this run did; undefined if it only stored the coin of an earlier one. */
  #loop(): Loop | undefined {
    const { work, rngWait, rngService, hasherWait, hasherService } = this.#times;
    const [rng, hasher] = [this.#rngName, this.#hasherName];
    if (rng === undefined || hasher === undefined) return undefined;
    return { stages: { work, rngWait, rngService, hasherWait, hasherService }, rng, hasher };
  }

  readonly #onPoison = this.#whenRunning(() =>
    this.#settle((job) => {
      this.#miner.stats.errors++;
      this.#queue.fail(job, this.token, 'poison: every attempt to run this job fails', false);
    }),
  );

  #onFailed(err: UpstreamError): void {
    this.#settle((job) => {
      const { job: outcome, restMs } = verdictOn(err);
      this.#miner.rest(restMs);
      if (outcome === 'hand back') {
        this.#queue.handBack(job, this.token, err.message);
        return;
      }
      this.#miner.stats.errors++;
      this.#queue.fail(job, this.token, err.message, outcome === 'fail');
    });
  }

  /** Tells the queue what became of the job, as soon as Redis is reachable, and takes the next one. */
  #settle(tell: (job: Job) => void): void {
    const { options, stats } = this.#miner;
    const { job, token } = this;
    if (job === undefined) return;
    options.redis.send(() => {
      if (this.job !== job || this.token !== token) return;
      this.job = undefined;
      stats.active--;
      tell(job);
      this.next();
    });
  }

  /** @param action one of those that happen only while the miner runs */
  #after(ms: number, action: () => void): void {
    this.#timer = this.#miner.options.engine.after(ms, action);
  }

  /** Made once for each run, not once for each loop. */
  #whenRunning(action: () => void): () => void {
    return () => {
      const { process } = this.#miner;
      if (process.isRunning) action();
      else process.run(action);
    };
  }
}
