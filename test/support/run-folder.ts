/**
 * Vitest global setup: one temporary folder for everything that a run creates. Whatever ends the run, be it a failure
 * or Ctrl-C, the folder is deleted, and processes that still use it are killed.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { killProcessesIn } from '../../tools/stack/processes-in.ts';

const PREFIX = 'dockercoins-test-';

/**
 * Makes a new folder the temporary one of this process and of all that it starts. Returns the teardown; undefined if the
 * setup of another project has done so.
 */
export default function setup(): (() => void) | undefined {
  if (basename(tmpdir()).startsWith(PREFIX)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  process.env['TMPDIR'] = folder;
  const deleteFolder = () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const abort = () => {
    killProcessesIn(folder);
    deleteFolder();
  };
  process.on('exit', abort);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  return () => {
    process.off('exit', abort);
    deleteFolder();
  };
}
