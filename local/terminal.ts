/**
 * The output of many processes in one terminal, each line labeled with its process, above a status line.
 * @module
 */
const COLORS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
const CLEAR_LINE = '\r\u001b[K';
/** Shortest time between status lines if the output is not a terminal. */
const PLAIN_STATUS_MS = 10_000;

export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #colors = new Map<string, number>();
  #width = 'dashboard-1'.length;
  #status = '';
  #plainStatusAt = -PLAIN_STATUS_MS;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Prints a line of the process `name`. */
  line(name: string, text: string): void {
    this.#width = Math.max(this.#width, name.length);
    const service = name.replace(/-\d+$/, '');
    if (!this.#colors.has(service)) {
      this.#colors.set(service, COLORS[this.#colors.size % COLORS.length] ?? 0);
    }
    const label = `${name.padEnd(this.#width)} |`;
    const colored = this.#out.isTTY
      ? `\u001b[${this.#colors.get(service)}m${label}\u001b[0m`
      : label;
    this.print(`${colored} ${text}`);
  }

  /** Prints text without a label. */
  print(text: string): void {
    this.#out.write(this.#out.isTTY ? `${CLEAR_LINE}${text}\n${this.#status}` : `${text}\n`);
  }

  /** Replaces the status line. */
  status(text: string): void {
    if (this.#out.isTTY) {
      this.#status = text.slice(0, this.#out.columns - 1);
      this.#out.write(`${CLEAR_LINE}${this.#status}`);
    } else if (performance.now() - this.#plainStatusAt >= PLAIN_STATUS_MS) {
      this.#plainStatusAt = performance.now();
      this.#out.write(`${text}\n`);
    }
  }
}
