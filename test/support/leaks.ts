/**
 * Vitest setup file: fails a test file that leaves something behind, and names the test that did.
 * @module
 */
import { createHook } from 'node:async_hooks';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { killProcessesIn, processesIn } from '../../tools/stack/processes-in.ts';
import { LIMIT_MS } from '../../tools/stack/until.ts';

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

/** Whether this file has started a process. */
let startsProcesses = false;

/** Open resources; the stack of each error shows where its resource was created. */
const open = new Map<number, { resource: Resource; error: Error }>();
const hook = createHook({
  init,
  destroy: (id) => void open.delete(id),
  trackPromises: false,
}).enable();

function init(id: number, type: string, _triggerId: number, resource: Resource): void {
  const kind = RESOURCES[type];
  if (kind === undefined) return;
  if (type === 'PROCESSWRAP') startsProcesses = true;
  const error = new Error(`left open ${currentOrigin()}: ${kind}`);
  Error.captureStackTrace(error, init);
  open.set(id, { resource, error });
}

/** Temporary folder of this test file and of all processes that it starts. */
const folderOfRun = tmpdir();
const folder = mkdtempSync(join(folderOfRun, 'dockercoins-test-'));
process.env['TMPDIR'] = folder;

/** Which test left a file or a process behind, by the file's name or the process id. */
const origins = new Map<string | number, string>();

/** Names `origin` as that of all files and processes that have none yet. */
function attribute(origin: string): void {
  const pids = startsProcesses ? processesIn(folder).map(({ pid }) => pid) : [];
  for (const key of [...readdirSync(folder), ...pids]) {
    if (!origins.has(key)) origins.set(key, origin);
  }
}

const currentOrigin = () => {
  const { currentTestName } = expect.getState();
  return currentTestName === undefined ? 'outside tests' : `by "${currentTestName}"`;
};

beforeEach(() => attribute('outside tests'));
afterEach(() => attribute(currentOrigin()));

afterAll(async () => {
  vi.useRealTimers();
  const leaks = await findLeaks(LIMIT_MS);
  killProcessesIn(folder);
  rmSync(folder, { recursive: true, maxRetries: 5 }); // killed processes may still write to it
  hook.disable(); // the worker goes on with the next file
  process.env['TMPDIR'] = folderOfRun;
  if (leaks.length > 0) {
    throw new AggregateError(leaks, leaks.map(({ message }) => message).join('\n'));
  }
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
      ...processesIn(folder).map(
        ({ pid, command }) => new Error(`left running ${origins.get(pid) ?? ''}: ${command}`),
      ),
      ...readdirSync(folder)
        .filter((name) => name !== 'node-compile-cache') // npm's own
        .map((name) => new Error(`not deleted ${origins.get(name) ?? ''}: ${name}`)),
    ];
    if (leaks.length === 0 || performance.now() > deadline) return leaks;
    await sleep(20);
  }
}
