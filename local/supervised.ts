/**
 * A process that is restarted when it dies.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Spec {
  name: string;
  command: string[];
  env?: Record<string, string>;
  /** Print none of its output until it dies; then print the last lines. */
  quiet?: boolean;
  /** Readiness probe: resolves to why the process is not ready, or to undefined if it is. */
  probe: () => Promise<string | undefined>;
}

/** Much longer than a slow, busy laptop needs: a process that cannot start dies at once, and that is reported at once. */
const READY_TIMEOUT_MS = 60_000;
const LAST_LINES = 5;
const READY_POLL_MS = 50;
/** A service stops within 10 s or logs why it did not; after 12 s it is killed. */
const GRACE_PERIOD_MS = 12_000;
const BACKOFF_MS = { first: 500, longest: 10_000 };
/** The back-off starts over after a process has run this long, as in Docker. */
const BACKOFF_RESET_MS = 10_000;

export class Supervised {
  readonly name: string;
  readonly #spec: Spec;
  readonly #print: (line: string) => void;
  readonly #stopping = new AbortController();
  #lastLines: string[] = [];
  #child: ChildProcess | undefined;
  #spawnedAt = 0;
  #exited: Promise<string> = Promise.resolve('');
  #supervision: Promise<void> = Promise.resolve();

  /** @param print receives each line of the process's output, and a line for each restart */
  constructor(spec: Spec, print: (line: string) => void) {
    this.name = spec.name;
    this.#spec = spec;
    this.#print = print;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How long the process has been running (ms); undefined while none is. */
  get upMs(): number | undefined {
    const isRunning = this.#child?.exitCode === null && this.#child.signalCode === null;
    return isRunning ? performance.now() - this.#spawnedAt : undefined;
  }

  /**
   * Starts the process and resolves when it is ready. From then on it is restarted whenever it dies.
   * @throws {Error} if it dies before it is ready, or is not ready within a minute
   */
  async start(): Promise<void> {
    this.#spawn();
    const died = this.#exited.then((how) => {
      const lines = this.#lastLines.map((line) => `\n  ${line}`).join('');
      throw new Error(`${this.name}: ${how} before it was ready:${lines}`);
    });
    const ready = this.#waitUntilReady();
    await Promise.race([ready, died]);
    died.catch(() => undefined);
    this.#supervision = this.#supervise();
  }

  /** Resolves to how the process ended, for example "exited with code 0". */
  get exited(): Promise<string> {
    return this.#exited;
  }

  /** Sends SIGTERM without waiting. */
  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Sends SIGTERM and resolves when the process has ended; sends SIGKILL after 12 s. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.terminate();
    const timer = setTimeout(() => {
      this.#print(`not stopped within ${GRACE_PERIOD_MS / 1000} s; sending SIGKILL`);
      this.#child?.kill('SIGKILL');
    }, GRACE_PERIOD_MS);
    await this.#exited;
    await this.#supervision;
    clearTimeout(timer);
  }

  /**
   * Each process gets its own process group, so that Ctrl-C reaches only the supervisor, which stops the processes in
   * order. It also gets an IPC channel (file descriptor 3): when that closes, the supervisor is dead and the process
   * stops.
   */
  #spawn(): void {
    const [file = '', ...args] = this.#spec.command;
    const child = spawn(file, args, {
      env: { ...process.env, ...this.#spec.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    this.#spawnedAt = performance.now();
    child.once('exit', () => child.connected && child.disconnect()); // a guard keeps its end open
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
    }
    this.#exited = once(child, 'exit').then(
      ([code, signal]) => (signal ? `killed by ${signal}` : `exited with code ${code}`),
      (err: unknown) => `cannot start (${(err as Error).message})`,
    );
  }

  #onLine(line: string): void {
    if (!this.#spec.quiet) this.#print(line);
    this.#lastLines = [...this.#lastLines.slice(1 - LAST_LINES), line];
  }

  async #waitUntilReady(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const reason = await this.#spec.probe();
      if (reason === undefined) return;
      if (performance.now() > deadline)
        throw new Error(
          `${this.name}: not ready after ${READY_TIMEOUT_MS / 1000} s: ${reason.trim()}`,
        );
      await sleep(READY_POLL_MS);
    }
  }

  async #supervise(): Promise<void> {
    let delay = BACKOFF_MS.first;
    for (;;) {
      const how = await this.#exited;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - this.#spawnedAt > BACKOFF_RESET_MS) delay = BACKOFF_MS.first;
      if (this.#spec.quiet) this.#lastLines.forEach(this.#print);
      this.#lastLines = [];
      this.#print(`${how}; restarting in ${delay / 1000} s`);
      if (!(await this.#pause(delay))) return;
      delay = Math.min(2 * delay, BACKOFF_MS.longest);
      this.#spawn();
    }
  }

  /** Resolves to true after `ms`, or to false as soon as the stop begins. */
  async #pause(ms: number): Promise<boolean> {
    try {
      return await sleep(ms, true, { signal: this.#stopping.signal });
    } catch {
      return false;
    }
  }
}
