/**
 * Whichever process of `npm start` is killed, all others exit, and the next start continues with the same data.
 * @module
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../../testing/is-running.ts';
import { startStackProcess, type RunningStack, type StackChoice } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

interface Process {
  pid: number;
  args: string;
}

/** Data of all stacks here: each continues where the one before it was killed. */
let dir: string;
let loopsSoFar = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Waits until the stack continues to count from where the last one was killed. */
async function untilContinued(stack: RunningStack): Promise<void> {
  const first = await until('the dashboard has a frame', stack.frame);
  expect(first.loops).toBeGreaterThanOrEqual(loopsSoFar);
  loopsSoFar = await until('the stack mines', async () => {
    const loops = (await stack.frame())?.loops ?? 0;
    return loops > first.loops + 5 && loops;
  });
}

const running = (text: string) => (tree: Process[]) => tree.find(({ args }) => args.includes(text));
const npm = running('npm start');
// Its shell also names it, but comes first.
const setup = (tree: Process[]) => tree.findLast(({ args }) => args.includes(' local/setup.mjs'));
// npm, its shell, and setup.mjs also name it.
const supervisor = (tree: Process[]) => tree.find(({ args }) => /^\S+ local\/main/.test(args));

describe('all processes exit', () => {
  test.each<[string, (tree: Process[]) => Process | undefined, NodeJS.Signals, StackChoice]>([
    ['npm is terminated', npm, 'SIGTERM', { npm: true }],
    ['npm is killed', npm, 'SIGKILL', { npm: true }],
    ['setup.mjs is killed', setup, 'SIGKILL', { npm: true }],
    ['the supervisor is killed', supervisor, 'SIGKILL', { npm: true }],
    ['the supervisor is killed with --dev', supervisor, 'SIGKILL', { args: ['--dev'] }],
  ])('if %s', async (_event, victim, signal, options) => {
    await using stack = await startStackProcess({ ...options, dir });
    await untilContinued(stack);
    const tree = await treeOf(stack.pid);
    expect(running('redis-server')(tree)).toBeDefined();
    process.kill(victim(tree)?.pid ?? NaN, signal);
    await untilGone(tree);
  });

  test('if the supervisor is killed while it starts the services', async () => {
    const ports = ['dashboard', 'rng', 'hasher'].flatMap((name) => ['--port', `${name}=0`]);
    const main = spawn(process.execPath, ['local/main.ts', ...ports], {
      env: { ...process.env, LOCAL_DIR: dir },
      stdio: 'ignore',
    });
    const tree = await until('a miner is starting', async () => {
      const processes = await treeOf(main.pid ?? NaN);
      return running('miner/main.ts')(processes) && processes;
    });
    main.kill('SIGKILL');
    await untilGone(tree);
  });
});

test('the next start continues to count and exits cleanly', async () => {
  await using stack = await startStackProcess({ dir });
  await untilContinued(stack);
  expect(await stack.stop('SIGINT')).toBe(0);
});

/** Returns a process and all its descendants. */
async function treeOf(root: number): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-e', '-ww', '-o', 'pid=,ppid=,args=']);
  const all = [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, ppid, args = '']) => ({
    pid: Number(pid),
    ppid: Number(ppid),
    args,
  }));
  const below = (pid: number): Process[] =>
    all.filter(({ ppid }) => ppid === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

const untilGone = (tree: Process[]) =>
  until('all processes are gone', () => !tree.some(({ pid }) => isRunning(pid)), 12_000);
