/**
 * A process on virtual time: it can be frozen and killed.
 * @module
 */
import type { Engine } from './engine.ts';

export class Process {
  readonly #engine: Engine;
  readonly startedAt: number;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  /** What happened while it was frozen. It notices when it runs again. */
  #missed: (() => void)[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
    this.startedAt = engine.now;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get uptimeMs(): number {
    return this.#engine.now - this.startedAt;
  }

  /** Lets it do something: now, when it is no longer frozen, or never if it is dead. */
  run(action: () => void): void {
    if (this.#state === 'running') action();
    else if (this.#state === 'frozen') this.#missed.push(action);
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    const missed = this.#missed;
    this.#missed = [];
    for (const action of missed) this.run(action);
  }

  kill(): void {
    this.#state = 'dead';
    this.#missed = [];
  }
}
