import type { JobPath, JobQuery } from '../../frame/job-path.ts';
import type { Happening } from '../../../simulation/pipeline.ts';
import { Feed } from '../feed/feed.svelte.ts';
import type { JobAnswer, News, Order } from './messages.ts';
import type { Places } from './run.ts';
import { SCENARIOS } from './scenarios/all.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { formatSetup, parseSetup, type Setup, type Speed } from './setup.ts';
import SimulationWorker from './worker.ts?worker';

/** What the page says once its worker has failed. */
export const FAILED = 'The browser could not run the simulation.';

/** The frames of a simulation, and what people do to it. Its state is in the address of the page. */
export class SimulatedFeed extends Feed {
  readonly source = 'simulated';
  /** What the worker told last; undefined until it has started. */
  news = $state.raw<News>();
  /** Where the jobs were before that. */
  before = $state.raw<Places>();
  speed = $state<Speed>(1);
  setup = $state.raw<Setup>({ scale: {}, settings: {}, seed: 1, events: [] });
  /** What is wrong with the address. */
  problems = $state.raw<string[]>([]);
  /** What the visitor expects of the scenario; undefined before a guess. */
  guess = $state<number>();
  /** Undefined without a scenario. */
  scenario = $derived<Scenario | undefined>(
    this.setup.scenario === undefined ? undefined : SCENARIOS[this.setup.scenario],
  );

  /** A scenario waits for the visitor's guess. */
  asks = $derived(this.scenario !== undefined && this.guess === undefined);

  readonly #worker = new SimulationWorker();
  /** They wait for the paths of jobs, in the order of their questions. */
  readonly #askers: ((path: JobPath | string) => void)[] = [];
  #runs = 0;

  constructor() {
    super();
    this.#worker.onmessage = ({ data }: MessageEvent<News | JobAnswer>) => {
      if ('path' in data) this.#askers.shift()?.(data.path);
      else this.#receive(data);
    };
    this.#worker.onerror = () => this.#fail();
    document.addEventListener('visibilitychange', () => this.#applyPace());
    window.addEventListener('hashchange', () => this.#follow(location.hash));
    this.#open(location.hash);
  }

  override get now(): number | undefined {
    return this.news?.now;
  }

  override jobPath(query: JobQuery): Promise<JobPath | string> {
    if (this.connection === 'lost') return Promise.resolve(FAILED);
    return new Promise((resolve) => {
      this.#askers.push(resolve);
      this.#order({ kind: 'job', query });
    });
  }

  /** Opens a scenario, or starts over without one. */
  choose(scenario: string | undefined): void {
    this.#start({ scenario, scale: {}, settings: {}, seed: 1, events: [] });
  }

  /** Simulates the same again from the start. */
  restart(): void {
    this.#start(this.setup);
  }

  setSpeed(speed: Speed): void {
    this.speed = speed;
    this.#keep({ ...this.setup, speed });
    this.#applyPace();
  }

  /** Lets time go on, or stand still. */
  setStopped(stopped: boolean): void {
    this.stopped = stopped;
    this.#applyPace();
  }

  /** Stops, and lets the next thing happen that takes a job elsewhere. */
  step(): void {
    this.setStopped(true);
    this.#order({ kind: 'step' });
  }

  happen(happening: Happening): void {
    this.#order({ kind: 'happen', happening });
  }

  /** Takes the guess, and begins. */
  answer(guess: number): void {
    this.guess = guess;
    this.setStopped(false);
  }

  /** Another link was opened, or one to a part of the page. */
  #follow(fragment: string): void {
    if (document.getElementById(fragment.slice(1)) === null) this.#open(fragment);
    else this.#keep(this.setup);
  }

  #open(fragment: string): void {
    const { setup, problems } = parseSetup(fragment, SCENARIOS);
    this.problems = problems;
    this.#start(setup);
  }

  /** A scenario begins when its question has an answer. */
  #start(setup: Setup): void {
    this.#clear();
    this.#keep(setup);
    this.#runs++;
    this.speed = setup.speed ?? this.scenario?.speed ?? 1;
    this.#order({ kind: 'start', setup });
    this.setStopped(this.asks);
  }

  /** Counts start from zero. */
  #clear(): void {
    if (this.frame !== undefined) this.resets++;
    this.frame = this.outage = this.sparklines = this.news = this.guess = undefined;
    this.points = [];
  }

  #keep(setup: Setup): void {
    this.setup = setup;
    const { pathname, search } = location;
    history.replaceState(null, '', `${pathname}${search}${formatSetup(setup)}`);
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  #applyPace(): void {
    this.#order({ kind: 'pace', pace: this.stopped || document.hidden ? 0 : this.speed });
  }

  /** The worker could not be loaded, or has thrown: then what it would say is no longer right. */
  #fail(): void {
    this.#worker.terminate();
    this.connection = 'lost';
    for (const answer of this.#askers.splice(0)) answer(FAILED);
  }

  #receive(news: News): void {
    if (news.run !== this.#runs) return; // from the simulation before
    this.connection = 'live';
    this.before = this.news?.places;
    this.news = news;
    if (news.event !== undefined) {
      this.#keep({ ...this.setup, events: [...this.setup.events, news.event] });
    }
    if (news.message !== undefined) this.show(news.message, news.between);
  }
}
