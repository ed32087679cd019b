/**
 * A process that is started again when it dies.
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
  /** Its lines are shown only when it dies: the last few of them. */
  quiet?: boolean;
  /** What keeps the process from doing its work; undefined if nothing does. */
  whyNotReady: () => Promise<string | undefined>;
}

const READY_TIMEOUT_MS = 20_000;
const LAST_LINES = 5;
const READY_POLL_MS = 50;
/** Services stop within 10 s or say why not; who says nothing for longer is killed. */
const STOP_TIMEOUT_MS = 12_000;
const BACKOFF_MS = { first: 500, longest: 10_000 };
/** After so long without dying, the next death is a first one again; as Docker has it. */
const STEADY_MS = 10_000;

export class Supervised {
  readonly name: string;
  readonly #spec: Spec;
  readonly #print: (line: string) => void;
  readonly #stopping = new AbortController();
  #lastLines: string[] = [];
  #child: ChildProcess | undefined;
  #exited: Promise<string> = Promise.resolve('');
  #life: Promise<void> = Promise.resolve();

  /** @param print takes each line that the process writes, and what happens to it */
  constructor(spec: Spec, print: (line: string) => void) {
    this.name = spec.name;
    this.#spec = spec;
    this.#print = print;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process and resolves when it is ready; from then on it is started again when it dies.
   * @throws {Error} where it dies before it was ready once, or is not ready within 20 s
   */
  async start(): Promise<void> {
    this.#spawn();
    const died = this.#exited.then((how) => {
      const lines = this.#lastLines.map((line) => `\n  ${line}`).join('');
      throw new Error(`${this.name} ${how} before it was ready:${lines}`);
    });
    const ready = this.#waitUntilReady();
    await Promise.race([ready, died]);
    died.catch(() => undefined);
    this.#life = this.#keepAlive();
  }

  /** Resolves with how the process ended, for instance "exited with code 0". */
  get exited(): Promise<string> {
    return this.#exited;
  }

  /** Asks the process to stop (SIGTERM), and waits for nothing. */
  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Asks the process to stop and resolves when it is gone; after 12 s it is killed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.terminate();
    const timer = setTimeout(() => {
      this.#print('does not stop: killed');
      this.#child?.kill('SIGKILL');
    }, STOP_TIMEOUT_MS);
    await this.#exited;
    await this.#life;
    clearTimeout(timer);
  }

  /**
   * In a process group of its own, so that Ctrl-C in a terminal reaches only us and the instances are
   * stopped in order. The channel (file descriptor 3) closes when we are gone, and tells the instances.
   */
  #spawn(): void {
    const [file = '', ...args] = this.#spec.command;
    const child = spawn(file, args, {
      env: { ...process.env, ...this.#spec.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    child.once('exit', () => child.connected && child.disconnect()); // for guarded ones: the guard holds it too
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    }
    this.#exited = once(child, 'exit').then(
      ([code, signal]) => (signal ? `was ended by ${signal}` : `exited with code ${code}`),
      (err: unknown) => `could not be started (${(err as Error).message})`,
    );
  }

  #hear(line: string): void {
    if (!this.#spec.quiet) this.#print(line);
    this.#lastLines = [...this.#lastLines.slice(1 - LAST_LINES), line];
  }

  async #waitUntilReady(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const reason = await this.#spec.whyNotReady();
      if (reason === undefined) return;
      if (performance.now() > deadline)
        throw new Error(
          `${this.name} is not ready after ${READY_TIMEOUT_MS / 1000} s: ${reason.trim()}`,
        );
      await sleep(READY_POLL_MS);
    }
  }

  async #keepAlive(): Promise<void> {
    let delay = BACKOFF_MS.first;
    for (;;) {
      const startedAt = performance.now();
      const how = await this.#exited;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - startedAt > STEADY_MS) delay = BACKOFF_MS.first;
      if (this.#spec.quiet) this.#lastLines.forEach(this.#print);
      this.#lastLines = [];
      this.#print(`${how}; starting it again in ${delay / 1000} s`);
      if (!(await this.#pause(delay))) return;
      delay = Math.min(2 * delay, BACKOFF_MS.longest);
      this.#spawn();
    }
  }

  /** Resolves with false where the stop begins before the time is over. */
  async #pause(ms: number): Promise<boolean> {
    try {
      return await sleep(ms, true, { signal: this.#stopping.signal });
    } catch {
      return false;
    }
  }
}
