/**
 * The latest output of the services.
 * @module
 */
import { EventEmitter, on } from 'node:events';

/** A line of output. */
export interface LogLine {
  /** Name of the replica, such as miner-3. */
  name: string;
  text: string;
}

export interface LogQuery {
  /** Names of services or replicas; if empty, all. */
  names: string[];
  /** How many of the kept lines come first; undefined = all. */
  tail?: number | undefined;
}

/** How many lines are kept for each replica. */
const KEPT_LINES = 1000;

export class Logs {
  /** Numbered, so that lines of several replicas can be put in order. */
  readonly #kept = new Map<string, { line: LogLine; number: number }[]>();
  readonly #added = new EventEmitter().setMaxListeners(0);
  #count = 0;

  add(name: string, text: string): void {
    const line = { name, text };
    const lines = this.#kept.get(name) ?? [];
    lines.push({ line, number: this.#count++ });
    if (lines.length > KEPT_LINES) lines.shift();
    this.#kept.set(name, lines);
    this.#added.emit('line', line);
  }

  /** Replicas that have printed anything, also those that were removed. */
  get names(): string[] {
    return [...this.#kept.keys()];
  }

  /** Returns kept lines, oldest first. As with Compose, `tail` counts for each replica. */
  read({ names, tail = KEPT_LINES }: LogQuery): LogLine[] {
    return [...this.#kept.entries()]
      .filter(([name]) => isWanted(name, names))
      .flatMap(([, lines]) => (tail === 0 ? [] : lines.slice(-tail)))
      .sort((a, b) => a.number - b.number)
      .map(({ line }) => line);
  }

  /** Yields kept lines, then each new one until `signal` is aborted. */
  async *follow(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    const added = on(this.#added, 'line', { signal }) as AsyncIterable<[LogLine]>;
    yield* this.read(query);
    try {
      for await (const [line] of added) if (isWanted(line.name, query.names)) yield line;
    } catch (err) {
      if (!signal.aborted) throw err;
    }
  }
}

const isWanted = (name: string, names: string[]) =>
  names.length === 0 || names.includes(name) || names.includes(name.replace(/-\d+$/, ''));
