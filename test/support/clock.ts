/**
 * A wall clock for processes that tests can change while they run, as NTP or an administrator might.
 * @module
 */
import { globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY = '{/usr/lib/*,/usr/lib,/usr/lib64,/usr/local/lib}/faketime/libfaketime.so.1';

/**
 * Applies to processes started with `env`. Only their wall clock changes; their monotonic clock does not, as on a real
 * machine.
 */
export class SteerableClock implements Disposable {
  /** Environment variables for processes that use this clock. */
  readonly env: Record<string, string>;
  readonly #library = findLibrary(); // before anything is created
  readonly #dir = mkdtempSync(join(tmpdir(), 'dockercoins-clock-'));
  readonly #file = join(this.#dir, 'offset');

  /** @param offset seconds ahead of this machine's clock */
  constructor(offset = 0) {
    this.env = {
      // Redis' allocator reads the time as it starts, and libfaketime then allocates memory: a deadlock.
      // libc's allocator, loaded before it, does not read the time.
      LD_PRELOAD: `${this.#library} libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    this.set(offset);
  }

  /** Sets the clock; running processes see it immediately. @param offset seconds ahead of this machine's clock */
  set(offset: number): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, `${offset < 0 ? '' : '+'}${offset}`);
    renameSync(next, this.#file); // atomic: no process reads a partial number
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true });
  }
}

function findLibrary(): string {
  const library = process.env['LIBFAKETIME'] ?? globSync(LIBRARY)[0];
  if (library !== undefined) return library;
  throw new Error('libfaketime is not installed: apt-get install faketime');
}
