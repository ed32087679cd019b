import { HISTORY_SECONDS, type Frame, type Outage, type Point } from '../../frame.ts';
import { mergePoints } from '../lib/merge-points.ts';
import { appendSpeeds, type Sparklines } from '../lib/sparklines.ts';

export type Connection = 'connecting' | 'live' | 'lost';

const RETRY_MS = 1000;
/** A frame comes each second; after so long without one the connection counts as lost. */
const SILENCE_MS = 4000;

/** What the server tells: the newest frame, the history before it, and whether it still speaks. */
export class LiveFeed {
  connection = $state<Connection>('connecting');
  frame = $state.raw<Frame>();
  /** Set while the server cannot reach Redis: since when (s), and why. */
  outage = $state.raw<Outage>();
  /** One point a second, oldest first. Seconds in which nobody looked are missing. */
  points = $state.raw<Point[]>([]);
  /** Speeds of each miner since the page came into view, by id. */
  sparklines = $state.raw<Sparklines>();
  /** Whether the frame is of this second. */
  fresh = $derived(this.connection === 'live' && this.outage === undefined);

  #source: EventSource | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const follow = () => (document.hidden ? this.#rest() : this.#open());
    document.addEventListener('visibilitychange', follow);
    follow();
  }

  #open(): void {
    this.#close();
    const source = (this.#source = new EventSource('/api/events'));
    source.onopen = () => void this.#loadHistory();
    source.onmessage = (event: MessageEvent<string>) =>
      this.#take(JSON.parse(event.data) as Frame | Outage);
    source.onerror = () => this.#lost();
  }

  #close(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#source?.close();
  }

  /**
   * A browser opens at most six HTTP/1.1 connections to a host: streams of hidden tabs would keep a
   * seventh tab from loading.
   */
  #rest(): void {
    this.#close();
    this.connection = 'connecting';
    this.sparklines = undefined; // unlike the points, they cannot be loaded afterwards
  }

  /** The browser reconnects by itself only while the server answers 200, so this has its own timer. */
  #lost(): void {
    this.#close();
    this.connection = 'lost';
    this.#retry = setTimeout(() => this.#open(), RETRY_MS);
  }

  #take(message: Frame | Outage): void {
    this.connection = 'live';
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENCE_MS);
    if ('away' in message) {
      this.outage ??= message;
      return;
    }
    if (this.outage) void this.#loadHistory();
    this.outage = undefined;
    this.frame = message;
    // Points later than this one were written before Redis' clock was set back.
    const past = this.points.filter(({ at }) => at < message.at);
    this.points = mergePoints(past, [message]);
    this.sparklines = appendSpeeds(this.sparklines, message.fleet);
  }

  async #loadHistory(): Promise<void> {
    const answer = await fetch(`/api/history?seconds=${HISTORY_SECONDS}`).catch(() => undefined);
    if (answer?.ok) this.points = mergePoints((await answer.json()) as Point[], this.points);
  }
}
