import { HISTORY_SECONDS, type Frame, type Outage, type Point } from '../../frame/frame.ts';
import type { JobPath, JobQuery } from '../../frame/job-path.ts';
import { session } from '../ui/storage.ts';
import { StoredValue } from '../ui/stored-value.svelte.ts';
import { Feed, type Shown } from './feed.svelte.ts';
import { requestJobPath } from './job-request.ts';
import { mergePoints } from './merge-points.ts';

const RETRY_MS = 1000;
/** Messages arrive every second; after this long without one, the connection counts as lost. */
const SILENCE_MS = 4000;

/** The frames of a server. */
export class LiveFeed extends Feed {
  readonly source = 'live';
  /** So that a page that is loaded after a reset starts without the answers of the last class, too. */
  readonly #shown = new StoredValue<Shown>(session, 'shown');
  #events: EventSource | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.earlier = this.#shown.value;
    const connectIfVisible = () => (document.hidden ? this.#suspend() : this.#connect());
    document.addEventListener('visibilitychange', connectIfVisible);
    connectIfVisible();
  }

  override get now(): number | undefined {
    return this.frame && this.frame.at * 1000;
  }

  override jobPath(query: JobQuery): Promise<JobPath | string> {
    return requestJobPath(query);
  }

  #connect(): void {
    this.#close();
    this.#expectMessage();
    let source: EventSource;
    try {
      source = this.#events = new EventSource('api/events');
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
    this.#events?.close();
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
    this.#expectMessage();
    if (this.show(message)) void this.#loadHistory();
    if (this.frame) this.#shown.value = { at: this.frame.at, loops: this.frame.loops };
  }

  async #loadHistory(): Promise<void> {
    const response = await fetch(`api/history?seconds=${HISTORY_SECONDS}`).catch(() => undefined);
    if (response?.ok) this.points = mergePoints((await response.json()) as Point[], this.points);
  }
}
