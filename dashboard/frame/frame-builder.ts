/**
 * Turns samples of Redis into frames for the page.
 * @module
 */
import type { Replica } from '@dockercoins/common/reports';
import { HISTORY_SECONDS, type Frame, type Problem, type UpstreamName } from './frame.ts';
import { AbandonedJobs } from './abandoned.ts';
import { findBottleneck } from './bottleneck.ts';
import { ClassicCounter } from './classic-counter.ts';
import { commandsOf, type Commands } from './commands.ts';
import { CpuWatch, type MachineUse } from './cpu.ts';
import { Fleet, timesOf } from './fleet.ts';
import { problemsOf } from './problems.ts';
import { QueueWatch } from './queue-watch.ts';
import { Speedometer } from './rate.ts';
import type { Sample } from './sample.ts';
import { replicasIn, settingsOf, stagesOf } from './stages.ts';
import { variationsIn } from './variations.ts';

/** After a change of replicas or settings, it takes this long until no window contains older values. */
const SETTLE_MS = 12_000;

/** Warnings about them do not change how fast the miners are: memory runs short, or more jobs arrive than can be done. */
const HARMLESS: Problem['part'][] = ['redis', 'producer'];

const UNKNOWN_MACHINE: MachineUse = { cores: 1, machine: null, dashboard: null };

/** Keeps what the next frame needs from earlier samples. */
export class FrameBuilder {
  readonly #fleet = new Fleet();
  readonly #speedometer = new Speedometer();
  readonly #classic = new ClassicCounter();
  readonly #queue = new QueueWatch();
  readonly #cpu = new CpuWatch();
  readonly #abandoned = new AbandonedJobs();
  readonly #writable: boolean;
  readonly #commands: Commands;
  readonly #showProblems: boolean;
  /** Replicas and settings, and since when they have been the same without a problem (ms). */
  #setup = { text: '', since: 0 };
  /** Whether the producer adds jobs at a fixed rate, as far as is known. */
  #fixedRate = false;
  /** When a loop was last seen to complete, or when the first sample was taken (ms). */
  #loopSeenAt: number | undefined;
  readonly #loopMs = new LoopMs();

  /**
   * @param writable whether the queue can be changed through the dashboard
   * @param commands for the advice
   * @param showProblems whether the page lists problems, unless an incident is going on
   */
  constructor(writable: boolean, commands = commandsOf('compose'), showProblems = true) {
    this.#writable = writable;
    this.#commands = commands;
    this.#showProblems = showProblems;
  }

  /**
   * @param redis its memory, and its reply to the latest write if it refused that
   * @param redisCpuMs CPU time that it has used since it started (ms)
   */
  build(
    sample: Sample,
    redis: Frame['redis'],
    redisCpuMs: number,
    machine: MachineUse = UNKNOWN_MACHINE,
  ): Frame {
    const { reading, hashes, coins, newestCoins, producer, leader, failures } = sample;
    const at = Math.round(sample.time / 1000);
    this.#fleet.update(sample.miners, reading.at);
    const miners = this.#fleet.reporting();
    this.#queue.update(sample, miners.length > 0);
    const lastReading = this.#speedometer.add(reading, sample.queue.paused || miners.length === 0);
    this.#classic.add(lastReading, hashes, miners);
    const loopSpeed = this.#speedometer.speed();
    this.#loopSeenAt = Math.max(this.#loopSeenAt ?? reading.at, lastReading.lastLoopAt);
    if (producer !== undefined) this.#fixedRate = producer.target === null;
    const source = this.#classic.countsOthers() ? 'hashes' : 'queue';

    const upstreams = { rng: this.#fleet.upstream('rng'), hasher: this.#fleet.upstream('hasher') };
    const replicas = { rng: this.#fleet.replicas('rng'), hasher: this.#fleet.replicas('hasher') };
    const times = timesOf(this.#fleet.totals());
    const stages = times === null ? [] : stagesOf(miners, upstreams, times, loopSpeed ?? 0);
    const cpu = this.#cpu.read(miners, replicas, producer, redisCpuMs, machine, reading.at);

    const { nextAddedAt, ...queue } = sample.queue;
    const facts = {
      source,
      speed: source === 'hashes' ? this.#classic.speed() : loopSpeed,
      queue: {
        ...queue,
        nextAgeMs: nextAddedAt === null ? null : Math.max(0, sample.time - nextAddedAt),
        ...this.#queue.rates(),
      },
      producer: {
        leader,
        target: producer?.target ?? null,
        fixedRate: this.#fixedRate,
        dropped: this.#queue.dropped(),
      },
      abandoned: redis.refusal === null ? this.#abandoned.update(sample.held, miners) : [],
      fleet: this.#fleet.views(),
      upstreams,
      redis,
      writable: this.#writable,
    } as const;
    const problems = problemsOf({
      ...facts,
      lastLoopMs: reading.at - this.#loopSeenAt,
      loopMs: this.#loopMs.update(miners, replicas, reading.at),
      missing: this.#queue.missing(),
      growingMs: this.#queue.growingMs(),
      commands: this.#commands,
    });
    const troubled = problems.some(
      ({ part, severity }) => severity === 'error' || !HARMLESS.includes(part),
    );
    const setup = {
      miners: miners.length,
      rng: replicasIn(upstreams.rng),
      hasher: replicasIn(upstreams.hasher),
      settings: settingsOf(miners, replicas.rng, replicas.hasher, producer?.variations),
    };
    const isSettled = this.#isSettled(JSON.stringify(setup), troubled, reading.at);
    const canForecast = isSettled && upstreams.rng.reports && upstreams.hasher.reports;
    return {
      at,
      loops: reading.loops,
      hashes,
      ...setup,
      rngMs: times && times.rngWait.mean + times.rngService.mean,
      hasherMs: times && times.hasherWait.mean + times.hasherService.mean,
      troubled,
      ...facts,
      coins,
      newestCoins,
      failures,
      stages,
      bottleneck: troubled ? null : findBottleneck(stages, cpu, loopSpeed ?? 0, canForecast),
      times,
      cpu,
      problems,
      showsProblems: this.#showProblems && !sample.incident,
      retryFailed: this.#commands.retryFailed,
      startedWith: this.#commands.way,
      variations: variationsIn({ ...replicas, miner: miners, producer }),
      notes: sample.notes
        .filter((note) => note.at <= at && at - note.at < HISTORY_SECONDS)
        .sort((a, b) => a.at - b.at),
    };
  }

  #isSettled(text: string, troubled: boolean, at: number): boolean {
    if (troubled || text !== this.#setup.text) this.#setup = { text, since: at };
    return at - this.#setup.since >= SETTLE_MS;
  }
}

/** A replica that serves a long request is not described by any response for as long as that takes. */
const REMEMBER_MS = 60_000;

/** How long a loop takes by the settings, without any wait. */
class LoopMs {
  #recent: { at: number; ms: number }[] = [];

  /** Returns the longest time of the last minute (ms). */
  update(
    miners: { workMs: number }[],
    replicas: Record<UpstreamName, Pick<Replica, 'delayMs' | 'variations'>[]>,
    at: number,
  ): number {
    const longest = (values: number[]) => Math.max(0, ...values);
    const longestAt = (name: UpstreamName) =>
      longest(
        replicas[name].map(({ delayMs, variations }) => (delayMs ?? 0) * (variations?.slower ?? 1)),
      );
    const work = longest(miners.map(({ workMs }) => workMs));
    const ms = work + longestAt('rng') + longestAt('hasher');
    this.#recent = [
      ...this.#recent.filter((earlier) => at - earlier.at <= REMEMBER_MS),
      { at, ms },
    ];
    return longest(this.#recent.map((recent) => recent.ms));
  }
}
