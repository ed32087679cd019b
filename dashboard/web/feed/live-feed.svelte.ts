import { HISTORY_SECONDS, type Frame, type Outage, type Point } from '../../frame.ts';
import { mergePoints } from './merge-points.ts';
import { appendSpeeds, type Sparklines } from './sparklines.ts';

type Connection = 'connecting' | 'live' | 'lost';

const RETRY_MS = 1000;
/** Messages arrive every second; after this long without one, the connection counts as lost. */
const SILENCE_MS = 4000;

/** The newest frame, the history up to it, and the state of the connection to the server. */
export class LiveFeed {
  connection = $state<Connection>('connecting');
  frame = $state.raw<Frame>();
  /** The latest message of the current outage; undefined while frames arrive. */
  outage = $state.raw<Outage>();
  /** One point per second, oldest first. Seconds that no dashboard recorded are missing. */
  points = $state.raw<Point[]>([]);
  /** Each miner's speeds since this tab became visible. */
  sparklines = $state.raw<Sparklines>();
  /** How often all counts have started from zero while the page was open. */
  resets = $state(0);
  /** True if `frame` is current. */
  fresh = $derived(this.connection === 'live' && this.outage === undefined);

  #source: EventSource | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const connectIfVisible = () => (document.hidden ? this.#suspend() : this.#connect());
    document.addEventListener('visibilitychange', connectIfVisible);
    connectIfVisible();
  }

  #connect(): void {
    this.#close();
    this.#expectMessage();
    let source: EventSource;
    try {
      source = this.#source = new EventSource('api/events');
    } catch {
      return this.#reconnect(); // a policy of the browser, or an extension, forbids it
    }
    source.onopen = () => void this.#loadHistory();
    source.onmessage = (event: MessageEvent<string>) =>
      this.#receive(JSON.parse(event.data) as Frame | Outage);
    source.onerror = () => this.#reconnect();
  }

  #close(): void {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#retryTimer);
    this.#source?.close();
  }

  /**
   * Browsers open at most six HTTP/1.1 connections per host, so the streams of hidden tabs would keep a
   * seventh tab from loading.
   */
  #suspend(): void {
    this.#close();
    this.connection = 'connecting';
    this.sparklines = undefined; // the server keeps no history of them
  }

  /** An EventSource stops retrying after a response other than 200, so retries need their own timer. */
  #reconnect(): void {
    this.#close();
    this.connection = 'lost';
    this.#retryTimer = setTimeout(() => this.#connect(), RETRY_MS);
  }

  #expectMessage(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#reconnect(), SILENCE_MS);
  }

  #receive(message: Frame | Outage): void {
    this.connection = 'live';
    this.#expectMessage();
    if ('unreachable' in message) {
      this.outage = message;
      return;
    }
    const isReset = message.loops < (this.frame?.loops ?? 0);
    if (isReset) this.resets++;
    if (this.outage || isReset) void this.#loadHistory();
    this.outage = undefined;
    this.frame = message;
    // A reset deletes the history. Later points were recorded before Redis' clock was set back.
    const earlier = isReset ? [] : this.points.filter(({ at }) => at < message.at);
    this.points = mergePoints(earlier, [message]);
    this.sparklines = appendSpeeds(this.sparklines, message.fleet);
  }

  async #loadHistory(): Promise<void> {
    const response = await fetch(`api/history?seconds=${HISTORY_SECONDS}`).catch(() => undefined);
    if (response?.ok) this.points = mergePoints((await response.json()) as Point[], this.points);
  }
}
