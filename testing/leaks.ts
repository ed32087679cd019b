/**
 * Vitest setup file: fails a test file that leaves something behind.
 * @module
 */
import { createHook } from 'node:async_hooks';
import { globSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, vi } from 'vitest';

/** Resources that keep a process alive, by their type in node:async_hooks. */
const RESOURCES: Record<string, string> = {
  PROCESSWRAP: 'child process',
  TCPSERVERWRAP: 'server',
  TCPWRAP: 'socket',
  Timeout: 'timer',
  WORKER: 'worker thread',
};

interface Resource {
  hasRef?: () => boolean;
}

/** Open resources; the stack of each error shows where its resource was created. */
const open = new Map<number, { resource: Resource; error: Error }>();
createHook({ init, destroy: (id) => void open.delete(id), trackPromises: false }).enable();

function init(id: number, type: string, _triggerId: number, resource: Resource): void {
  const kind = RESOURCES[type];
  if (kind === undefined) return;
  const error = new Error(`left open: ${kind}`);
  Error.captureStackTrace(error, init);
  open.set(id, { resource, error });
}

/** Temporary folder of this test file and of all processes that it starts. */
const folder = mkdtempSync(join(tmpdir(), 'dockercoins-test-'));
process.env['TMPDIR'] = folder;

afterAll(async () => {
  vi.useRealTimers();
  const leaks = await findLeaks(5000);
  rmSync(folder, { recursive: true, maxRetries: 5 }); // leaked processes may still write to it
  if (leaks.length > 0) throw new AggregateError(leaks);
});

/**
 * Returns an error for each open resource that is not unrefed, each running descendant process (on Linux), and each
 * temporary file or folder. Waits up to `timeoutMs` for all of them to go away, because many close asynchronously.
 */
export async function findLeaks(timeoutMs: number): Promise<Error[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    await immediate(); // destroy hooks of closed resources run before it
    const leaks = [
      ...[...open.values()].filter(({ resource }) => resource.hasRef?.()).map(({ error }) => error),
      ...processesIn(folder).map((command) => new Error(`still running: ${command}`)),
      ...readdirSync(folder)
        .filter((name) => name !== 'node-compile-cache') // npm's own
        .map((name) => new Error(`not deleted: ${name}`)),
    ];
    if (leaks.length === 0 || performance.now() > deadline) return leaks;
    await sleep(20);
  }
}

/** Returns the command lines of processes whose temporary folder is `dir`, or that work in it, as Redis does. */
function processesIn(dir: string): string[] {
  return globSync('/proc/[0-9]*').flatMap((entry) => {
    try {
      const isOurs =
        readFileSync(`${entry}/environ`, 'utf8').includes(`TMPDIR=${dir}`) ||
        readlinkSync(`${entry}/cwd`).startsWith(dir);
      return isOurs ? [readFileSync(`${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()] : [];
    } catch {
      return []; // exited, or owned by another user
    }
  });
}
