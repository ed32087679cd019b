import type { Frame, Outage, Point } from '../../frame.ts';

export type Connection = 'connecting' | 'live' | 'lost';

const HISTORY_SECONDS = 3600;
const RETRY_MS = 1000;
/** A frame comes each second; after so long without one the connection counts as lost. */
const SILENCE_MS = 4000;

/** What the server tells: the newest frame, the history before it, and whether it still speaks. */
export class Live {
  connection = $state<Connection>('connecting');
  frame = $state.raw<Frame>();
  /** Set while the server itself cannot reach Redis: since when (s), and why. */
  outage = $state.raw<Outage>();
  /** One point a second, oldest first. Seconds in which nobody looked are missing. */
  points = $state.raw<Point[]>([]);

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
    this.points = merge(this.points, [message]);
  }

  async #loadHistory(): Promise<void> {
    const answer = await fetch(`/api/history?seconds=${HISTORY_SECONDS}`).catch(() => undefined);
    if (answer?.ok) this.points = merge((await answer.json()) as Point[], this.points);
  }
}

/** Older and newer points, one for each second, of the last hour. */
function merge(older: Point[], newer: Point[]): Point[] {
  const firstNew = newer[0]?.at ?? Infinity;
  const points = [...older.filter(({ at }) => at < firstNew), ...newer];
  const from = (points.at(-1)?.at ?? 0) - HISTORY_SECONDS;
  const begin = points.findIndex(({ at }) => at > from);
  return begin > 0 ? points.slice(begin) : points;
}
