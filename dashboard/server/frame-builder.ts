/**
 * Turns samples of Redis into frames for the page.
 * @module
 */
import type { Frame } from '../frame.ts';
import { HISTORY_SECONDS } from '../frame.ts';
import { abandonedOf } from './abandoned.ts';
import { findBottleneck } from './bottleneck.ts';
import { ClassicCounter } from './classic-counter.ts';
import { CpuWatch } from './cpu.ts';
import { Fleet, timesOf } from './fleet.ts';
import { problemsOf } from './problems.ts';
import { addReading, growthOf, speedOf, toReading, WINDOW_MS, type Reading } from './rate.ts';
import type { Sample } from './sample.ts';
import { describeSettings, replicasIn, stagesOf } from './stages.ts';

/** After a change of replicas or settings, it takes this long until no window contains older values. */
const SETTLE_S = 12;

interface QueueCount {
  at: number;
  added: number;
  backlog: number;
}

/** Keeps what the next frame needs from earlier samples. */
export class FrameBuilder {
  readonly #fleet = new Fleet();
  readonly #cpu = new CpuWatch();
  readonly #classic = new ClassicCounter();
  readonly #writable: boolean;
  #readings: Reading[] = [];
  #counts: QueueCount[] = [];
  /** True if nothing was supposed to be mined. */
  #wasIdle = false;
  #configuration = '';
  /** By Redis' clock, in seconds: the last change or problem, the last leader, the last waiting job. */
  #changedAt = 0;
  #leaderSeenAt = 0;
  #jobsSeenAt = 0;

  /** @param writable whether the queue can be changed through the dashboard */
  constructor(writable: boolean) {
    this.#writable = writable;
  }

  /**
   * @param redis its memory, and its reply to the latest write if it refused that
   * @param redisCpuMs CPU time that it has used since it started (ms)
   */
  build(sample: Sample, redis: Frame['redis'], redisCpuMs: number): Frame {
    const { time, reading, hashes, coins, newestCoins, miners, producer, leader } = sample;
    const at = Math.round(time / 1000);
    this.#fleet.update(miners, reading.at);
    const reporting = this.#fleet.reporting();
    const isIdle = sample.queue.paused || reporting.length === 0;
    const latest = toReading(reading, this.#readings.at(-1));
    this.#readings = addReading(this.#readings, latest, this.#wasIdle && !isIdle);
    this.#wasIdle = isIdle;
    const loopSpeed = speedOf(this.#readings);
    this.#classic.add(latest, hashes, reporting);
    const source = this.#classic.countsOthers() ? 'hashes' : 'queue';
    const speed = source === 'hashes' ? this.#classic.speed() : loopSpeed;

    const upstreams = { rng: this.#fleet.upstream('rng'), hasher: this.#fleet.upstream('hasher') };
    const replicas = { rng: this.#fleet.replicas('rng'), hasher: this.#fleet.replicas('hasher') };
    const times = timesOf(this.#fleet.totals());
    const stages = times === null ? [] : stagesOf(reporting, upstreams, times, loopSpeed ?? 0);
    const queue = { ...sample.queue, ...this.#queueRates(sample) };
    const cpu = this.#cpu.read(this.#fleet, producer, redisCpuMs, reading.at);
    const settings = describeSettings(reporting, replicas.rng, replicas.hasher);
    if (leader !== null) this.#leaderSeenAt = at;
    if (queue.waiting > 0 || reporting.length === 0) this.#jobsSeenAt = at;

    const facts = {
      source,
      speed,
      queue,
      producer: { leader, target: producer?.target ?? null },
      abandoned: redis.refusal === null ? abandonedOf(sample.held, reporting) : [],
      fleet: this.#fleet.views(),
      upstreams,
      redis,
      writable: this.#writable,
    } as const;
    const problems = problemsOf({
      ...facts,
      lastLoopMs: reading.at - latest.lastLoopAt,
      loopMs: loopMsOf(reporting, replicas),
      leaderlessSeconds: at - this.#leaderSeenAt,
      emptySeconds: at - this.#jobsSeenAt,
    });
    const troubled = problems.some(
      ({ part, severity }) => part !== 'redis' || severity === 'error',
    );
    const rng = replicasIn(upstreams.rng);
    const hasher = replicasIn(upstreams.hasher);
    const configuration = `${reporting.length} ${rng} ${hasher} ${settings}`;
    if (troubled || configuration !== this.#configuration) this.#changedAt = at;
    this.#configuration = configuration;
    const canForecast =
      at - this.#changedAt >= SETTLE_S && upstreams.rng.reports && upstreams.hasher.reports;
    return {
      at,
      loops: reading.loops,
      hashes,
      miners: reporting.length,
      rng,
      hasher,
      rngMs: times && times.rngWait.mean + times.rngService.mean,
      hasherMs: times && times.hasherWait.mean + times.hasherService.mean,
      settings,
      troubled,
      ...facts,
      coins,
      newestCoins,
      failures: sample.failures,
      stages,
      bottleneck: findBottleneck(stages, cpu, loopSpeed ?? 0, canForecast),
      times,
      cpu,
      problems,
      notes: sample.notes
        .filter((note) => note.at <= at && at - note.at < HISTORY_SECONDS)
        .sort((a, b) => a.at - b.at),
    };
  }

  /** What the producer adds, and how fast the backlog grows. */
  #queueRates({ reading: { at }, added, queue }: Sample): {
    added: number | null;
    growth: number | null;
  } {
    const wasReset = added < (this.#counts.at(-1)?.added ?? 0);
    const earlier = wasReset ? [] : this.#counts.filter((count) => at - count.at <= WINDOW_MS);
    this.#counts = [...earlier, { at, added, backlog: queue.waiting + queue.delayed }];
    return {
      added: growthOf(this.#counts.map((it) => ({ at: it.at, count: it.added }))),
      growth: growthOf(this.#counts.map((it) => ({ at: it.at, count: it.backlog }))),
    };
  }
}

/** How long a loop takes by the settings, without any wait (ms). */
function loopMsOf(
  miners: { workMs: number }[],
  replicas: Record<'rng' | 'hasher', { delayMs: number | null }[]>,
): number {
  const longest = (values: (number | null)[]) => Math.max(0, ...values.map((value) => value ?? 0));
  return (
    longest(miners.map(({ workMs }) => workMs)) +
    longest(replicas.rng.map(({ delayMs }) => delayMs)) +
    longest(replicas.hasher.map(({ delayMs }) => delayMs))
  );
}
