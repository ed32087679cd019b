/**
 * One simulation, from frame to frame: without a clock of its own, so that the same setup always gives the same frames.
 * @module
 */
import {
  HISTORY_SECONDS,
  pointOf,
  type Frame,
  type Note,
  type Outage,
  type Point,
} from '../../frame/frame.ts';
import type { JobPath, JobQuery } from '../../frame/job-path.ts';
import type { TimedHappening } from '../../../simulation/happenings.ts';
import { jobPath } from '../../../simulation/job-path.ts';
import { Pipeline, type Happening } from '../../../simulation/pipeline.ts';
import { frames } from '../../../simulation/samples.ts';
import type { Plan, Scale, Settings } from '../../../simulation/settings.ts';
import { noteText } from './note-text.ts';
import type { Observer, Scenario } from './scenarios/scenario.ts';

/** Where the jobs are. */
export interface Places {
  waiting: number;
  delayed: number;
  active: number;
  /** Requests at all replicas together, waiting and being served. */
  rng: number;
  hasher: number;
  completed: number;
}

/** What is set now. */
export interface Situation {
  scale: Scale;
  settings: Settings;
  paused: boolean;
  /** Jobs that the queue allows at once; 0 = no limit. */
  concurrency: number;
  /** Names of replicas that were slowed down. */
  slow: string[];
}

/** An autoscaler changes the scale, too, so the pipeline knows that. */
type Changes = Omit<Situation, 'scale'>;

/** More events than any second without a visible change has. */
const MAX_STEPS = 100_000;

export class Run {
  readonly #pipeline: Pipeline;
  readonly #frames: Generator<Frame | Outage>;
  readonly #observe: Observer | undefined;
  /** Those that have not happened yet, in order of time. */
  readonly #events: TimedHappening[];
  /** Number of frames so far. */
  #seconds = 0;
  #changes: Changes;
  /** What has happened, for the plot, oldest first. */
  #notes: Note[] = [];
  /** What the scenario asks for, once it is known. */
  answer: number | undefined;

  /**
   * @param events in order of time
   * @param scenario what it adds to the pipeline, and asks
   */
  constructor(
    plan: Plan,
    events: readonly TimedHappening[],
    scenario?: Pick<Scenario, 'autoscale' | 'observe'>,
  ) {
    this.#pipeline = new Pipeline(plan, { keepsJournal: true });
    scenario?.autoscale?.(this.#pipeline);
    this.#frames = frames(this.#pipeline, Infinity);
    this.#observe = scenario?.observe();
    this.#events = [...events];
    this.#changes = { settings: plan.settings, paused: false, concurrency: 0, slow: [] };
  }

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.#pipeline.engine.now;
  }

  get situation(): Situation {
    return { ...this.#changes, scale: { ...this.#pipeline.scale } };
  }

  get places(): Places {
    const { redis } = this.#pipeline;
    const places = { waiting: 0, delayed: 0, active: 0, completed: 0 };
    for (const { counts } of redis.queues) {
      places.waiting += counts.waiting;
      places.delayed += counts.delayed;
      places.active += counts.active;
      places.completed += counts.completed;
    }
    return { ...places, rng: this.#requestsAt('rng'), hasher: this.#requestsAt('hasher') };
  }

  /** Returns the path of a job; if there is none, a sentence that says so. */
  jobPath(query: JobQuery): JobPath | string {
    return jobPath(this.#pipeline, query);
  }

  /** Goes on to the next whole second, and returns what the page shows then. */
  nextSecond(): Frame | Outage {
    const end = 1000 * ++this.#seconds;
    for (let next = this.#events[0]; next !== undefined && next[0] < end; next = this.#events[0]) {
      this.#applyNext(next);
    }
    const frame = this.#frames.next().value as Frame | Outage;
    if ('unreachable' in frame) return frame;
    this.answer ??= this.#observe?.(frame, this.#seconds);
    this.#notes = this.#notes.filter(({ at }) => frame.at - at < HISTORY_SECONDS);
    return { ...frame, notes: this.#notes };
  }

  /** Lets one thing after another happen until a job is elsewhere. Returns a frame if a second ends before that. */
  step(): Frame | Outage | undefined {
    const end = 1000 * (this.#seconds + 1);
    const [next] = this.#events;
    const until = Math.min(end - 0.001, next?.[0] ?? end);
    const before = JSON.stringify(this.places);
    for (let n = 0; n < MAX_STEPS && this.#pipeline.engine.step(until); n++) {
      if (JSON.stringify(this.places) !== before) return undefined;
    }
    if (next === undefined || next[0] >= end) return this.nextSecond();
    this.#applyNext(next);
    return undefined;
  }

  /**
   * Lets this happen now: at a whole millisecond, so that an address can hold the time. If a second ends with it, returns its
   * frame, too.
   */
  happen(happening: Happening): { event: TimedHappening; frame: Frame | Outage | undefined } {
    const at = Math.ceil(this.now);
    const frame = at === 1000 * (this.#seconds + 1) ? this.nextSecond() : undefined;
    this.#pipeline.runUntil(at);
    this.#apply(happening);
    return { event: [at, happening], frame };
  }

  /** An event happens after everything else at its time, and after the frame of a whole second. */
  #applyNext([at, happening]: TimedHappening): void {
    this.#events.shift();
    this.#pipeline.runUntil(at);
    this.#apply(happening);
  }

  #apply(happening: Happening): void {
    this.#pipeline.happen(happening);
    this.#changes = changesAfter(this.#changes, happening);
    const text = noteText(happening);
    if (text !== undefined)
      this.#notes = [...this.#notes, { at: Math.round(this.now / 1000), text }];
  }

  #requestsAt(service: 'rng' | 'hasher'): number {
    let requests = 0;
    for (const { visits } of this.#pipeline.allReplicas(service)) requests += visits.size;
    return requests;
  }
}

/** Returns the points of frames; an outage has none. */
export const pointsOf = (messages: readonly (Frame | Outage)[]): Point[] =>
  messages.flatMap((message) => ('unreachable' in message ? [] : [pointOf(message)]));

function changesAfter(changes: Changes, happening: Happening): Changes {
  const { settings, slow } = changes;
  switch (happening.kind) {
    case 'configure':
      return { ...changes, settings: { ...settings, ...happening.settings } };
    case 'pause':
    case 'resume':
      return { ...changes, paused: happening.kind === 'pause' };
    case 'concurrency':
      return { ...changes, concurrency: happening.jobs };
    case 'slow': {
      const others = slow.filter((name) => name !== happening.name);
      return { ...changes, slow: happening.factor === 1 ? others : [...others, happening.name] };
    }
    default:
      return changes;
  }
}
