/**
 * Processes whose clock can be set while they run, as by NTP or a careless administrator.
 * @module
 */
import { globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY = '{/usr/lib/*,/usr/lib,/usr/lib64,/usr/local/lib}/faketime/libfaketime.so.1';

/**
 * Start processes with `env`, then set their clock as often as you like. Their monotonic time goes on undisturbed, as it
 * does on a real machine.
 */
export class SteerableClock implements Disposable {
  /** For the environment of the processes that have this clock. */
  readonly env: Record<string, string>;
  readonly #dir = mkdtempSync(join(tmpdir(), 'dockercoins-clock-'));
  readonly #file = join(this.#dir, 'offset');

  /** @param offset seconds ahead of this machine's clock */
  constructor(offset = 0) {
    this.env = {
      // Redis' allocator asks for the time while it starts, and libfaketime then asks it for memory: a deadlock.
      // The allocator of libc, put in front, does not ask.
      LD_PRELOAD: `${findLibrary()} libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    this.set(offset);
  }

  /** Takes effect at once. @param offset seconds ahead of this machine's clock */
  set(offset: number): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, `${offset < 0 ? '' : '+'}${offset}`);
    renameSync(next, this.#file); // nobody reads half a number
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true });
  }
}

function findLibrary(): string {
  const found = process.env['LIBFAKETIME'] ?? globSync(LIBRARY)[0];
  if (found !== undefined) return found;
  throw new Error('libfaketime is not installed: apt-get install faketime');
}
