import type { Frame, Outage, Point } from '../../frame.ts';
import { HISTORY_SECONDS, mergePoints } from '../math/points.ts';
import { extendSparks, type Sparks } from '../math/sparks.ts';

export type Connection = 'connecting' | 'live' | 'lost';

const RETRY_MS = 1000;
/** A frame comes each second; after so long without one the connection counts as lost. */
const SILENCE_MS = 4000;

/** What the server tells: the newest frame, the history before it, and whether it still speaks. */
export class Live {
  connection = $state<Connection>('connecting');
  frame = $state.raw<Frame>();
  /** Set while the server cannot reach Redis: since when (s), and why. */
  outage = $state.raw<Outage>();
  /** One point a second, oldest first. Seconds in which nobody looked are missing. */
  points = $state.raw<Point[]>([]);
  /** Speeds of each miner since the page is open, by id. */
  sparks = $state.raw<Sparks>();
  /** Whether the frame is of this second. */
  fresh = $derived(this.connection === 'live' && this.outage === undefined);

  #source: EventSource | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#open();
  }

  #open(): void {
    this.#source?.close();
    const source = (this.#source = new EventSource('/api/events'));
    source.onopen = () => void this.#loadHistory();
    source.onmessage = (event: MessageEvent<string>) =>
      this.#take(JSON.parse(event.data) as Frame | Outage);
    source.onerror = () => this.#lost();
  }

  /** The browser tries again by itself only while the server answers with 200, hence a timer of ours. */
  #lost(): void {
    this.connection = 'lost';
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#source?.close();
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
    this.sparks = extendSparks(this.sparks, message.fleet);
  }

  async #loadHistory(): Promise<void> {
    const answer = await fetch(`/api/history?seconds=${HISTORY_SECONDS}`).catch(() => undefined);
    if (answer?.ok) this.points = mergePoints((await answer.json()) as Point[], this.points);
  }
}
