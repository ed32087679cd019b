/**
 * The whole stack, started as by `npm start`, on free ports with its data in a temporary folder.
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { exitOf, hasEnded } from './exit-of.ts';
import { killProcessesIn, processesIn } from './processes-in.ts';
import { readFrame } from './read-frame.ts';
import { until } from './until.ts';

export interface RunningStack extends AsyncDisposable {
  /** Process id of `local/cli.ts`, or of npm. */
  pid: number;
  /** All lines printed so far. */
  lines: string[];
  /** Origin of the dashboard. */
  dashboard: string;
  /** URL of its Redis. */
  redis: string;
  /** Origins of the replicas. */
  rng: string[];
  hasher: string[];
  /** Returns the latest frame; undefined if there is none yet. */
  frame: () => Promise<Frame | undefined>;
  /** Sends a signal to the started process and resolves to its exit code, once all output is in `lines`. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>;
  /** Process ids of the services by instance name, and of Redis. */
  pids: () => Promise<Map<string, number>>;
  /** Resolves to the process id of this instance, or of Redis, once it runs. */
  pidOf: (instance: string) => Promise<number>;
}

export interface StackChoice {
  args?: string[];
  env?: Record<string, string>;
  /** Data folder of an earlier stack to continue with; the caller deletes it. */
  dir?: string;
  /** Start with `npm start` itself rather than `local/cli.ts`. */
  npm?: boolean;
}

/** Starts a stack and resolves once it has printed its addresses. @throws {Error} if it exits before that */
export async function startStackProcess({
  args = [],
  env = {},
  dir,
  npm = false,
}: StackChoice = {}): Promise<RunningStack> {
  const home = dir ?? (await mkdtemp(join(tmpdir(), 'dockercoins-stack-')));
  await shareCompileCache(home);
  const ports = ['dashboard', 'rng', 'hasher']
    .filter((name) => name !== 'dashboard' || env['PORT'] === undefined)
    .flatMap((name) => ['--port', `${name}=0`]);
  const [file, ...first] = npm
    ? ['npm', 'start', '--']
    : [process.execPath, 'local/cli.ts', 'start'];
  const built = args.includes('--dev')
    ? { SERVICES_DIR: '' }
    : { PAGE_DIR: process.env['BUILT_PAGE'] };
  const child = spawn(file, [...first, ...ports, ...args], {
    // All processes of the stack have this temporary folder, and so can be found.
    env: { ...process.env, LOCAL_DIR: home, TMPDIR: home, ...built, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isClosed = false;
  child.once('close', () => (isClosed = true));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const untilClosed = () => until('all output of npm start has arrived', () => isClosed);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const code = await exitOf(child, 'npm start');
    await untilClosed();
    return code;
  };
  const dispose = async () => {
    try {
      if (!hasEnded(child)) await stop('SIGTERM');
      await until('all processes of npm start have exited', () => processesIn(home).length === 0);
    } catch (cause) {
      const killed = killProcessesIn(home).join('\n');
      throw new Error(`npm start had to be killed:\n${killed}\n${lines.join('\n')}`, { cause });
    } finally {
      if (dir === undefined) await rm(home, { recursive: true, maxRetries: 5 });
    }
  };
  await using starting = new AsyncDisposableStack();
  starting.defer(dispose);
  await until('npm start prints its addresses', async () => {
    if (hasEnded(child)) {
      await untilClosed();
      throw new Error(`npm start exited with ${child.exitCode}:\n${lines.join('\n')}`);
    }
    return lines.some((line) => line.includes('Press Ctrl-C to stop'));
  });
  starting.move();
  const addresses = (label: string) =>
    lines
      .find((line) => line.startsWith(`    ${label} `))
      ?.trim()
      .split(/\s+/)
      .slice(1) ?? [];
  const dashboard = addresses('dashboard')[0] ?? '';
  const pids = () => childrenOf(child.pid ?? 0);
  return {
    pid: child.pid ?? NaN,
    lines,
    dashboard,
    redis: `redis://${addresses('Redis')[0]}`,
    rng: addresses('rng'),
    hasher: addresses('hasher'),
    frame: () => readFrame(dashboard),
    stop,
    pids,
    pidOf: (instance) => until(`${instance} is running`, async () => (await pids()).get(instance)),
    [Symbol.asyncDispose]: dispose,
  };
}

/** Lets a stack use the compile cache of all: a new one would double the time that it takes to start, and to stop. */
async function shareCompileCache(home: string): Promise<void> {
  const cache = resolve(process.env['NODE_COMPILE_CACHE'] ?? '.local/compile-cache');
  mkdirSync(cache, { recursive: true });
  const link = join(home, 'compile-cache');
  if (!existsSync(link)) await symlink(cache, link); // an earlier stack may have used the folder
}

/** Returns the process ids of the children of a process by their INSTANCE; Redis is named redis. */
export async function childrenOf(parent: number): Promise<Map<string, number>> {
  const ps = spawn('ps', ['-e', '-ww', '-o', 'pid=,ppid=,args=', 'e'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pids = new Map<string, number>();
  for await (const line of createInterface({ input: ps.stdout })) {
    const [, pid, ppid, rest = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) !== parent) continue;
    const name =
      / INSTANCE=(\S+)/.exec(rest)?.[1] ?? (rest.includes('redis') ? 'redis' : undefined);
    if (name !== undefined) pids.set(name, Number(pid));
  }
  return pids;
}
