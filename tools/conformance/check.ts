/**
 * What a check is, and how it reports what it found.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** One statement of the contract about a part. */
export interface Check<Target> {
  /** The statement. Unique within a part; docs/contract.md lists it. */
  name: string;
  /** If this check fails, the other checks of the part are not run. */
  required?: true;
  /** It measures time, so what it says depends on the machine, too. */
  timed?: true;
  /** How long it may take, if that is longer than for other checks. */
  timeoutMs?: number;
  /**
   * Returns if the statement holds.
   * @throws {Mismatch} if it does not
   * @throws {Skipped} if the part cannot show it now
   * @throws any other error, for example of a connection, if the part does not get that far
   */
  run: (target: Target, signal: AbortSignal) => Promise<void>;
}

/** The part does something other than the contract says. */
export class Mismatch extends Error {
  override name = 'Mismatch';

  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`);
  }
}

/** A mismatch that a slow machine cannot cause, so the check is not repeated. */
export class CertainMismatch extends Mismatch {}

/** The check says nothing about the part; the message gives the reason. */
export class Skipped extends Error {
  override name = 'Skipped';
}

/** @throws {Mismatch} unless `holds` */
export function expectThat(holds: boolean, expected: string, got: string): void {
  if (!holds) throw new Mismatch(expected, got);
}

/** How often a check that measures time may fail. */
export const TRIES = 5;

/** Longest pause between two tries. Miners that use the service meanwhile might otherwise stay in step with the tries. */
const PAUSE_MS = 200;

/**
 * Retries a check that measures time: load delays a correct part occasionally, whereas a real fault fails every time.
 */
export function timed<Target>(name: string, run: Check<Target>['run']): Check<Target> {
  return {
    name,
    timed: true,
    async run(target, signal) {
      for (let tries = 1; ; tries++) {
        try {
          return await run(target, signal);
        } catch (err) {
          const mayPass = err instanceof Mismatch && !(err instanceof CertainMismatch);
          if (!mayPass || tries === TRIES) throw err;
          await sleep(Math.random() * PAUSE_MS, undefined, { signal });
        }
      }
    },
  };
}

/** Longest excerpt of a response in a message, in characters. */
const EXCERPT = 80;

/** Renders what a part sent: as quoted text or, if it is not UTF-8, as bytes. */
export function show(data: Buffer | string | undefined): string {
  if (data === undefined) return 'none';
  const text = data.toString();
  const isText = typeof data === 'string' || Buffer.from(text).equals(data);
  const shown = isText ? JSON.stringify(text) : `bytes ${data.toString('hex')}`;
  return shown.length > EXCERPT ? `${shown.slice(0, EXCERPT)}… (${data.length} bytes)` : shown;
}

/** Renders a time in whole milliseconds. */
export function ms(time: number): string {
  return `${time.toFixed()} ms`;
}
