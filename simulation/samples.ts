/**
 * What the dashboard would read from Redis and show, once per virtual second.
 * @module
 */
import type { MinerReport, ProducerReport } from '@dockercoins/common/reports';
import { sum } from '@dockercoins/common/statistics';
import type { Frame, Outage } from '../dashboard/frame/frame.ts';
import { commandsOf } from '../dashboard/frame/commands.ts';
import { FrameBuilder } from '../dashboard/frame/frame-builder.ts';
import { outageOf } from '../dashboard/frame/problems.ts';
import { addUp, type QueueState } from '../dashboard/frame/queue-totals.ts';
import {
  MAX_HELD,
  type HeldJob,
  type MinerSample,
  type Sample,
} from '../dashboard/frame/sample.ts';
import type { Pipeline } from './pipeline.ts';
import type { VirtualQueue } from './queue.ts';

/** How long reports of a dead miner and of a dead leader stay, as in `miner/heartbeat.ts` and `producer/leader-report.ts`. */
const MINER_TTL_MS = 15_000;
const LEADER_TTL_MS = 3000;

/** Memory of a Redis with a few jobs, and of each one more (bytes). */
const REDIS_MEMORY = { empty: 2_000_000, job: 300 };

/** Yields what `takeSample` would return; undefined while Redis is unreachable. */
export function* samples(pipeline: Pipeline, seconds: number): Generator<Sample | undefined> {
  const reports = new Reports(pipeline);
  const end = pipeline.engine.now + seconds * 1000;
  for (let at = nextSecond(pipeline.engine.now); at <= end; at += 1000) {
    pipeline.runUntil(at);
    reports.collect();
    yield pipeline.redis.isReachable ? sampleOf(pipeline, reports) : undefined;
  }
}

/** Yields what the page would show, with the advice for `npm start`. */
export function* frames(pipeline: Pipeline, seconds: number): Generator<Frame | Outage> {
  const commands = commandsOf('npm');
  const builder = new FrameBuilder(false, commands);
  const machine = new MachineWatch(pipeline);
  for (const sample of samples(pipeline, seconds)) {
    const use = machine.read();
    if (sample === undefined) {
      const at = Math.floor(pipeline.engine.now / 1000);
      const problem = outageOf(true, DOWN, commands);
      yield { at, unreachable: true, reason: DOWN.message, problem };
      continue;
    }
    const { waiting, active, delayed } = sample.queue;
    const used = REDIS_MEMORY.empty + REDIS_MEMORY.job * (waiting + active + delayed);
    const redis: Frame['redis'] = { used, max: null, refusal: null, cli: 'redis-cli' };
    yield builder.build(sample, redis, pipeline.redis.thread.usedMs, use);
  }
}

const DOWN = new Error('connect ECONNREFUSED 127.0.0.1:6379');

const nextSecond = (ms: number) => 1000 * Math.floor(ms / 1000 + 1);

/** The latest reports of miners and of the leader, with the time at which they were written. */
class Reports {
  readonly #pipeline: Pipeline;
  readonly #miners = new Map<string, { report: MinerReport; at: number }>();
  #leader: { report: ProducerReport; at: number } | undefined;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  /** All that run report. */
  collect(): void {
    const { engine, redis, miners, producers } = this.#pipeline;
    const at = engine.now;
    if (redis.isReachable) {
      for (const miner of miners.values()) {
        if (miner.process.isRunning)
          this.#miners.set(miner.options.id, { report: miner.report(), at });
      }
      for (const producer of producers.values()) {
        if (producer.process.isRunning && redis.lease?.holder === producer)
          this.#leader = { report: producer.report(), at };
      }
    }
    for (const { options, hasLeft } of this.#pipeline.allMiners())
      if (hasLeft) this.#miners.delete(options.id);
    for (const [id, report] of this.#miners) {
      if (at - report.at > MINER_TTL_MS) this.#miners.delete(id);
    }
  }

  miners(): MinerSample[] {
    const { now } = this.#pipeline.engine;
    return [...this.#miners.values()].map(({ report, at }) => ({ ...report, silentMs: now - at }));
  }

  leader(): ProducerReport | undefined {
    const { now } = this.#pipeline.engine;
    if (this.#leader === undefined || now - this.#leader.at > LEADER_TTL_MS) return undefined;
    return this.#leader.report;
  }
}

function sampleOf({ engine, redis }: Pipeline, reports: Reports): Sample {
  const { queues } = redis;
  const counts = queues.map((queue) => queue.counts);
  const lastLoopAt = Math.max(...queues.map((queue) => queue.lastCompletedAt));
  const isLeased = redis.lease !== undefined && redis.lease.expiresAt > engine.now;
  const failures = queues.flatMap((queue) =>
    queue.failures.map((job) => ({ ...job, queue: queue.name, id: String(job.id) })),
  );
  return {
    time: engine.now,
    reading: {
      at: engine.now,
      loops: sum(counts.map(({ completed }) => completed)),
      lastLoopAge: Number.isFinite(lastLoopAt) ? engine.now - lastLoopAt : null,
    },
    added: sum(counts.map(({ added }) => added)),
    hashes: redis.hashes === 0 ? null : redis.hashes,
    coins: redis.coins,
    newestCoins: redis.newestCoins,
    queue: addUp(queues.map(stateOf)),
    leader: isLeased ? (redis.lease?.name ?? null) : null,
    producer: reports.leader(),
    held: queues.flatMap((queue) => heldIn(queue, engine.now)),
    failures: failures.toSorted((a, b) => b.at - a.at).slice(0, 5),
    miners: reports.miners(),
    notes: [],
    incident: false,
  };
}

/** Returns what BullMQ would say about a queue. */
function stateOf(queue: VirtualQueue): QueueState {
  const { name, counts, kept, isPaused, concurrency, rate, limitedMs, nextAddedAt } = queue;
  return {
    name,
    counts: { ...counts, ...kept },
    paused: isPaused,
    concurrency: concurrency === Infinity ? null : concurrency,
    rate: rate ? { max: rate.jobs, duration: rate.periodMs } : null,
    limitedMs,
    nextAddedAt,
  };
}

/** The jobs that were taken first. A lock that has expired is missing, which Redis reports as -2 ms. */
function heldIn({ name, active }: VirtualQueue, now: number): HeldJob[] {
  return [...active].slice(0, MAX_HELD).map(({ id, miner, lock }) => ({
    id: `${name} ${id}`,
    miner,
    lockMs: lock !== undefined && lock.expiresAt > now ? lock.expiresAt - now : -2,
  }));
}

/** CPU use of all processes, from one call to the next. */
class MachineWatch {
  readonly #pipeline: Pipeline;
  #before = { at: 0, usedMs: 0 };

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  /** Without a number of cores, nothing uses the machine. */
  read() {
    const { plan, engine } = this.#pipeline;
    const { cores } = plan.costs;
    const usedMs = this.#usedMs();
    const before = this.#before;
    this.#before = { at: engine.now, usedMs };
    const passedMs = engine.now - before.at;
    const machine = cores === 0 || passedMs === 0 ? 0 : (usedMs - before.usedMs) / passedMs / cores;
    return { cores: Math.max(1, cores), machine, dashboard: null };
  }

  #usedMs(): number {
    const { redis, producers } = this.#pipeline;
    const threads = [
      redis.thread,
      ...[...producers.values()].map(({ thread }) => thread),
      ...this.#pipeline.allMiners().map(({ thread }) => thread),
      ...this.#pipeline.allReplicas('rng').map(({ thread }) => thread),
      ...this.#pipeline.allReplicas('hasher').map(({ thread }) => thread),
    ];
    return sum(threads.map(({ usedMs }) => usedMs));
  }
}
