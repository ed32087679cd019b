/**
 * Sets the clock of single processes, with libfaketime (Debian: `faketime`). Monotonic clocks stay as they are.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

export interface SteerableClock {
  /** Environment of the process whose clock it is. */
  env: Record<string, string>;
  /** Sets the clock to so many seconds after the true time, within a second. */
  set: (seconds: number) => void;
}

/** @param file a file of one's own, from which the library reads the offset */
export function createClock(file: string): SteerableClock {
  const set = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}`);
  set(0);
  return {
    env: {
      LD_PRELOAD: findLibrary(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}

function findLibrary(): string {
  const files = execFileSync('find', ['/usr/lib', '-name', 'libfaketime.so.1'], {
    encoding: 'utf8',
  });
  const [library] = files.split('\n');
  if (!library) throw new Error('libfaketime is missing: apt-get install faketime');
  return library;
}
