/**
 * CPU time: each process has one thread, and all threads share the cores of the machine.
 * @module
 */
import { Gate } from '@dockercoins/common/http-service/gate';
import type { Engine } from './engine.ts';

/** CPU use is measured over at least this long, as by `common/service/cpu.ts`. */
const WINDOW_MS = 1000;

/** The cores, which serve threads in order of arrival. */
export class Machine {
  readonly engine: Engine;
  /** Undefined if there are as many cores as needed, so that CPU time costs nothing. */
  readonly cores: Gate | undefined;

  /** @param cores 0 = as many as needed */
  constructor(engine: Engine, cores: number) {
    this.engine = engine;
    this.cores = cores === 0 ? undefined : new Gate(cores);
  }
}

/** One thread, which does one thing at a time. Node.js and Redis do nearly all their work on one. */
export class Thread {
  readonly #machine: Machine;
  readonly #gate = new Gate(1);
  /** CPU time that it has used, and what the last call of `share` saw (ms). */
  #usedMs = 0;
  #seen = { at: 0, usedMs: 0, share: 0 };

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Uses the processor for this long (ms), then goes on; at once if CPU time costs nothing. */
  use(ms: number, goOn: () => void): void {
    this.#usedMs += ms;
    const { cores, engine } = this.#machine;
    if (cores === undefined || ms === 0) {
      goOn();
      return;
    }
    this.#enter(ms, cores, engine, goOn);
  }

  get usedMs(): number {
    return this.#usedMs;
  }

  /** Returns the share of one core that it used over the last second or longer. */
  share(): number {
    const { now: at } = this.#machine.engine;
    const { at: before, usedMs } = this.#seen;
    if (at - before >= WINDOW_MS) {
      this.#seen = { at, usedMs: this.#usedMs, share: (this.#usedMs - usedMs) / (at - before) };
    }
    return this.#seen.share;
  }

  #enter(ms: number, cores: Gate, engine: Engine, goOn: () => void): void {
    enter(this.#gate, (leaveThread) => {
      enter(cores, (leaveCore) => {
        engine.after(ms, () => {
          leaveCore();
          leaveThread();
          goOn();
        });
      });
    });
  }
}

function enter(gate: Gate, admitted: (leave: () => void) => void): void {
  const leave = gate.tryEnter();
  if (leave === undefined) gate.join(admitted);
  else admitted(leave);
}
